#include <ballast/abci/validators.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/wire/transaction.hpp>

#include <sodium/crypto_core_ed25519.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ballast::abci {
namespace {

using Json = nlohmann::ordered_json;

std::string hex_of(const crypto::PublicKey& key) {
    return files::hex_text(key);
}

files::Attempt<crypto::PublicKey> key_of(const std::string& hex) {
    crypto::PublicKey key{};
    if (hex.size() != 2 * key.size() ||
        hex.find_first_not_of("0123456789abcdef") != std::string::npos)
        return files::fault("validators: public_key '{}': expected 64 hexadecimal digits", hex);
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<u8>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
    return key;
}

files::Attempt<void> check_one(const engine::Genesis& genesis, const Validator& validator) {
    const auto& publishers = genesis.oracle.publishers;
    const std::string key = hex_of(validator.key);
    if (validator.publisher.value() >= publishers.size())
        return files::fault("validator {}: publisher {}: the market has {} publishers", key,
                            validator.publisher.value(), publishers.size());
    const oracle::Publisher& publisher = publishers[validator.publisher.value()];
    if (!publisher.key)
        return files::fault("validator {}: publisher '{}' has no key in the market", key,
                            publisher.name);
    if (validator.power == 0 || validator.power > oracle::weight_max)
        return files::fault("validator '{}': power {}: expected 1 to {}", publisher.name,
                            validator.power, oracle::weight_max);
    if (crypto_core_ed25519_is_valid_point(validator.key.data()) != 1)
        return files::fault("validator '{}': {} is no ed25519 key", publisher.name, key);
    return {};
}

files::Attempt<void> check_feed(const oracle::FeedTerms& feed, const engine::Genesis& genesis,
                                const std::vector<Validator>& validators) {
    if (feed.sources.size() != validators.size())
        return files::fault("feed '{}': {} sources: expected the {} validators", feed.name,
                            feed.sources.size(), validators.size());
    for (const Validator& validator : validators) {
        const auto source =
            std::ranges::find(feed.sources, validator.publisher, &oracle::Source::publisher);
        const std::string& name = genesis.oracle.publishers[validator.publisher.value()].name;
        if (source == feed.sources.end())
            return files::fault("feed '{}': validator '{}' is no source of it", feed.name, name);
        if (source->weight != validator.power)
            return files::fault("feed '{}': source '{}' has weight {}: expected its power, {}",
                                feed.name, name, source->weight, validator.power);
    }
    return {};
}

template <class Projection>
bool repeats(const std::vector<Validator>& validators, Projection by) {
    for (std::size_t i = 0; i < validators.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (std::invoke(by, validators[i]) == std::invoke(by, validators[j])) return true;
    return false;
}

files::Attempt<Validator> read_one(const engine::Genesis& genesis, const Json& entry) {
    const std::string name = entry.at("publisher").get<std::string>();
    const auto& publishers = genesis.oracle.publishers;
    const auto place = std::ranges::find(publishers, name, &oracle::Publisher::name);
    if (place == publishers.end())
        return files::fault("validators: the market has no publisher '{}'", name);
    BALLAST_TRY(const crypto::PublicKey key, key_of(entry.at("public_key").get<std::string>()));
    return Validator{key, entry.at("power").get<u64>(),
                     PublisherId(static_cast<u16>(place - publishers.begin()))};
}

std::string text_of(const engine::Genesis& genesis, const crypto::Digest& market,
                    const std::vector<Validator>& validators) {
    Json list = Json::array();
    for (const Validator& validator : validators)
        list.push_back({{"publisher", genesis.oracle.publishers[validator.publisher.value()].name},
                        {"public_key", hex_of(validator.key)},
                        {"power", validator.power}});
    return Json{{"market", files::hex_text(market)}, {"validators", list}}.dump(2) + "\n";
}

}  // namespace

Address address_of(const crypto::PublicKey& key) {
    const crypto::Digest digest = crypto::sha256(key);
    Address address{};
    std::ranges::copy_n(digest.begin(), address.size(), address.begin());
    return address;
}

files::Attempt<Validators> Validators::create(const engine::Genesis& genesis,
                                              std::vector<Validator> validators) {
    if (validators.empty() || validators.size() > limits::sources_max)
        return files::fault("validators: there are {}; expected 1 to {}", validators.size(),
                            limits::sources_max);
    for (const Validator& validator : validators) BALLAST_CHECK(check_one(genesis, validator));
    if (repeats(validators, &Validator::key) || repeats(validators, &Validator::publisher))
        return files::fault("validators: a key or a publisher stands there twice");
    for (const oracle::FeedTerms& feed : genesis.oracle.feeds)
        BALLAST_CHECK(check_feed(feed, genesis, validators));
    Validators made;
    made.list_ = std::move(validators);
    for (const Validator& validator : made.list_) {
        made.addresses_.push_back(address_of(validator.key));
        made.power_ += validator.power;
    }
    made.market_ = engine::digest_of(genesis);
    made.chain_id_ = wire::chain_id(genesis.name, made.market_).text;
    made.text_ = text_of(genesis, made.market_, made.list_);
    return made;
}

files::Attempt<Validators> Validators::read(const engine::Genesis& genesis, std::string_view json) {
    try {
        const Json root = Json::parse(json);
        const std::string market = files::hex_text(engine::digest_of(genesis));
        if (root.at("market").get<std::string>() != market)
            return files::fault("the network's market is {}; the market of this home is {}",
                                root.at("market").get<std::string>(), market);
        std::vector<Validator> validators;
        for (const Json& entry : root.at("validators")) {
            BALLAST_TRY(const Validator validator, read_one(genesis, entry));
            validators.push_back(validator);
        }
        return create(genesis, std::move(validators));
    } catch (const Json::exception& wrong) {
        return files::fault("validators: {}", wrong.what());
    }
}

const Validator* Validators::find(ByteView address) const {
    for (std::size_t i = 0; i < list_.size(); ++i)
        if (std::ranges::equal(addresses_[i], address)) return &list_[i];
    return nullptr;
}

}  // namespace ballast::abci
