// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

struct FlagWord {
    std::string_view word;
    bool meaning;
};
// In lower case as far as ASCII goes; other scripts as they are printed.
constexpr std::array<FlagWord, 63> kFlagWords = {{
    {"yes", true},
    {"no", false},
    {"enabled", true},
    {"disabled", false},
    {"ja", true},
    {"nein", false},
    {"aktiviert", true},
    {"deaktiviert", false},
    {"oui", true},
    {"non", false},
    {"activé", true},
    {"désactivé", false},
    {"sí", true},
    {"si", true},
    {"habilitado", true},
    {"deshabilitado", false},
    {"activado", true},
    {"desactivado", false},
    {"sì", true},
    {"abilitato", true},
    {"disabilitato", false},
    {"attivato", true},
    {"disattivato", false},
    {"abilitata", true},
    {"disabilitata", false},
    {"sim", true},
    {"não", false},
    {"desabilitado", false},
    {"ativado", true},
    {"はい", true},
    {"いいえ", false},
    {"有効", true},
    {"無効", false},
    {"是", true},
    {"否", false},
    {"已启用", true},
    {"已禁用", false},
    {"启用", true},
    {"禁用", false},
    {"enable", true},
    {"disable", false},
    {"已啟用", true},
    {"已停用", false},
    {"啟用", true},
    {"停用", false},
    {"예", true},
    {"아니요", false},
    {"사용", true},
    {"사용 안 함", false},
    {"да", true},
    {"нет", false},
    {"включен", true},
    {"отключен", false},
    {"Да", true},
    {"Нет", false},
    {"Включен", true},
    {"Отключен", false},
    {"tak", true},
    {"nie", false},
    {"włączone", true},
    {"wyłączone", false},
    {"włączony", true},
    {"wyłączony", false},
}};

struct StateWord {
    std::string_view word;
    std::string_view state;
};
constexpr std::array<StateWord, 31> kStateWords = {{
    {"preferred", "preferred"},   {"bevorzugt", "preferred"},     {"préféré", "preferred"},
    {"preferido", "preferred"},   {"preferenziale", "preferred"}, {"preferencial", "preferred"},
    {"優先", "preferred"},        {"首选", "preferred"},          {"偏好選項", "preferred"},
    {"기본 설정", "preferred"},   {"Основной", "preferred"},      {"основной", "preferred"},
    {"preferowane", "preferred"}, {"deprecated", "deprecated"},   {"veraltet", "deprecated"},
    {"abgelehnt", "deprecated"},  {"déconseillé", "deprecated"},  {"desusado", "deprecated"},
    {"deprecato", "deprecated"},  {"preterido", "deprecated"},    {"duplicate", "duplicate"},
    {"duplikat", "duplicate"},    {"dupliqué", "duplicate"},      {"duplicado", "duplicate"},
    {"duplicato", "duplicate"},   {"重複", "duplicate"},          {"复制", "duplicate"},
    {"tentative", "tentative"},   {"vorläufig", "tentative"},     {"mit vorbehalt", "tentative"},
    {"tentativa", "tentative"},
}};

constexpr std::array<std::string_view, 13> kStaticWords = {
    "static", "statisch", "statique", "estático",    "statico",   "estática", "静的",
    "静态",   "靜態",     "정적",     "статический", "statyczne", "statyczny"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kLanguages = {{
    {"Windows IP Configuration", "en"},
    {"Windows-IP-Konfiguration", "de"},
    {"Configuration IP de Windows", "fr"},
    {"Configuración IP de Windows", "es"},
    {"Configurazione IP di Windows", "it"},
    {"Configuração de IP do Windows", "pt"},
    {"Windows IP 構成", "ja"},
    {"Windows IP 配置", "zh-CN"},
    {"Windows IP 設定", "zh-TW"},
    {"Windows IP 구성", "ko"},
    {"Настройка протокола IP для Windows", "ru"},
    {"Konfiguracja IP systemu Windows", "pl"},
}};

struct TitleWord {
    std::string_view before_name;
    std::string_view kind;
};
// The words before the name. Longer ones stand before those that they end with.
constexpr std::array<TitleWord, 50> kTitles = {{
    {"Wireless LAN adapter ", "wireless"},
    {"Drahtlos-LAN-Adapter ", "wireless"},
    {"Carte réseau sans fil ", "wireless"},
    {"Adaptador de LAN inalámbrica ", "wireless"},
    {"Scheda LAN wireless ", "wireless"},
    {"Adaptador de Rede sem Fio ", "wireless"},
    {"无线局域网适配器 ", "wireless"},
    {"無線區域網路介面卡 ", "wireless"},
    {"무선 LAN 어댑터 ", "wireless"},
    {"Адаптер беспроводной локальной сети ", "wireless"},
    {"Karta bezprzewodowej sieci LAN ", "wireless"},
    {"Tunnel adapter ", "tunnel"},
    {"Tunneladapter ", "tunnel"},
    {"Carte Tunnel ", "tunnel"},
    {"Adaptador de túnel ", "tunnel"},
    {"Scheda Tunnel ", "tunnel"},
    {"トンネル アダプター ", "tunnel"},
    {"隧道适配器 ", "tunnel"},
    {"通道介面卡 ", "tunnel"},
    {"터널 어댑터 ", "tunnel"},
    {"Туннельный адаптер ", "tunnel"},
    {"Karta tunelowa ", "tunnel"},
    {"Ethernet adapter ", "ethernet"},
    {"Ethernet-Adapter ", "ethernet"},
    {"Carte Ethernet ", "ethernet"},
    {"Adaptador de Ethernet ", "ethernet"},
    {"Scheda Ethernet ", "ethernet"},
    {"Adaptador Ethernet ", "ethernet"},
    {"イーサネット アダプター ", "ethernet"},
    {"イーサネット アダプタ ", "ethernet"},
    {"以太网适配器 ", "ethernet"},
    {"乙太網路卡 ", "ethernet"},
    {"이더넷 어댑터 ", "ethernet"},
    {"Адаптер Ethernet ", "ethernet"},
    {"Karta Ethernet ", "ethernet"},
    {"PPP adapter ", "other"},
    {"PPP-Adapter ", "other"},
    {"Carte PPP ", "other"},
    {"Unknown adapter ", "other"},
    {"Unbekannter Adapter ", "other"},
    {"未知适配器 ", "other"},
    {"Carte inconnue ", "other"},
    {"Adaptador desconocido ", "other"},
    {"Adaptador desconhecido ", "other"},
    {"Scheda sconosciuta ", "other"},
    {"不明なアダプター ", "other"},
    {"未知的介面卡 ", "other"},
    {"알 수 없는 어댑터 ", "other"},
    {"Неизвестный адаптер ", "other"},
    {"Nieznana karta ", "other"},
}};

}  // namespace

std::optional<bool> printed_flag(std::string_view word) {
    const std::string low = lower(trim(word));
    const auto found = std::ranges::find(kFlagWords, low, &FlagWord::word);
    return found != kFlagWords.end() ? std::optional(found->meaning) : std::nullopt;
}

snapshot::Text printed_address_state(std::string_view word) {
    const std::string low = lower(trim(word));
    const auto found = std::ranges::find(kStateWords, low, &StateWord::word);
    return found != kStateWords.end() ? snapshot::Text(found->state) : std::nullopt;
}

snapshot::Text printed_socket_state(std::string_view word) {
    constexpr auto kSocketStates = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"listening", "listen"},
        {"listen", "listen"},
        {"established", "established"},
        {"timewait", "time_wait"},
        {"closewait", "close_wait"},
        {"synsent", "syn_sent"},
        {"synreceived", "syn_recv"},
        {"finwait1", "fin_wait1"},
        {"finwait2", "fin_wait2"},
        {"lastack", "last_ack"},
        {"closing", "closing"},
        {"closed", "close"},
        {"deletetcb", "delete_tcb"},
        {"hergestellt", "established"},
        {"wartend", "time_wait"},
        {"schliessenwarten", "close_wait"},
    });
    std::string low = lower(trim(word));
    std::erase(low, '_');
    const auto found =
        std::ranges::find(kSocketStates, std::string_view(low), [](const auto& each) { return each.first; });
    return found != kSocketStates.end() ? snapshot::Text(found->second) : std::nullopt;
}

bool is_static_word(std::string_view word) {
    return std::ranges::find(kStaticWords, lower(trim(word))) != kStaticWords.end();
}

snapshot::Text language_of_title(std::string_view line) {
    const auto found = std::ranges::find(kLanguages, trim(line), &std::pair<std::string_view, std::string_view>::first);
    return found != kLanguages.end() ? snapshot::Text(found->second) : std::nullopt;
}

AdapterTitle adapter_title(std::string_view title) {
    for (const TitleWord& each : kTitles) {
        if (title.starts_with(each.before_name)) {
            return {trim(title.substr(each.before_name.size())), snapshot::Text(each.kind)};
        }
    }
    // Host vNICs are named alike in all languages.
    const std::size_t vnic = title.find("vEthernet");
    return {vnic != std::string_view::npos ? title.substr(vnic) : title, std::nullopt};
}

}  // namespace kwd::analyzers
