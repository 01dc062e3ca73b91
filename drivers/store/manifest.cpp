#include <ballast/store/store.hpp>

namespace ballast::store {

Bytes manifest_bytes(const Manifest& manifest) {
    Bytes bytes;
    Writer writer(bytes);
    writer(manifest.version), writer(manifest.height), writer(manifest.root);
    writer(manifest.bytes), writer(manifest.chunks);
    return bytes;
}

files::Attempt<Manifest> read_manifest(ByteView bytes) {
    Reader reader(bytes);
    Manifest manifest;
    reader(manifest.version);
    if (reader.ok() && manifest.version != manifest_version)
        return files::fault("a snapshot manifest has version {}; this program reads version {}",
                            manifest.version, manifest_version);
    reader(manifest.height), reader(manifest.root), reader(manifest.bytes);
    reader(manifest.chunks);
    if (!reader.ok())
        return files::fault("a snapshot manifest ends after {} bytes, before its last field",
                            bytes.size());
    const u64 needed = (manifest.bytes + chunk_bytes - 1) / chunk_bytes;
    if (manifest.chunks.size() != needed || manifest.chunks.size() > chunks_max)
        return files::fault("the snapshot manifest of height {} names {} chunks for {} bytes",
                            manifest.height, manifest.chunks.size(), manifest.bytes);
    return manifest;
}

ByteView chunk_of(ByteView bytes, u32 chunk) {
    const std::size_t from = std::min(bytes.size(), std::size_t{chunk} * chunk_bytes);
    return bytes.subspan(from, std::min(chunk_bytes, bytes.size() - from));
}

Manifest make_manifest(u64 height, const crypto::Digest& root, ByteView bytes) {
    Manifest manifest{manifest_version, height, root, bytes.size(), {}};
    for (std::size_t from = 0; from < bytes.size(); from += chunk_bytes)
        manifest.chunks.push_back(
            crypto::sha256(chunk_of(bytes, static_cast<u32>(from / chunk_bytes))));
    return manifest;
}

}  // namespace ballast::store
