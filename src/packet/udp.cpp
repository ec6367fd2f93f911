// SPDX-License-Identifier: Apache-2.0
#include "packet/udp.h"

namespace kwd::packet {

Udp::Udp(Fixed<kSize> header, Bytes rest) noexcept
    : source_port(header.be<0, 2>()),
      destination_port(header.be<2, 2>()),
      length(header.be<4, 2>()),
      checksum(header.be<6, 2>()) {
    if (length == 0) {
        payload = rest.rest();
    } else if (length < kSize) {
        defect = Defect::total_length;
    } else {
        cut = length > kSize + rest.rest().size();
        payload = rest.take_up_to(length - kSize);
    }
}

}  // namespace kwd::packet
