#include <ballast/tools/digest_text.hpp>

#include <charconv>

namespace ballast::tools {

files::Attempt<crypto::Digest> read_digest(std::string_view text) {
    crypto::Digest digest{};
    if (text.size() != 2 * digest.size())
        return files::fault("'{}' has {} characters; a root has {}", text, text.size(),
                            2 * digest.size());
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const char* from = text.data() + 2 * i;
        const auto [end, error] = std::from_chars(from, from + 2, digest[i], 16);
        if (error != std::errc() || end != from + 2)
            return files::fault("'{}' is no root: {} stands at place {}", text,
                                std::string_view(from, 2), 2 * i);
    }
    return digest;
}

}  // namespace ballast::tools
