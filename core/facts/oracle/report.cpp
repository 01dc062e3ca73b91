#include <ballast/oracle/report.hpp>

namespace ballast::oracle {

Bytes signed_bytes(const Report& report, const crypto::Digest& chain) {
    Bytes bytes;
    Writer writer(bytes);
    writer(std::string("ballast price report 1"));
    writer(chain);
    writer(report.publisher), writer(report.feed);
    writer(report.price), writer(report.confidence), writer(report.time);
    return bytes;
}

}  // namespace ballast::oracle
