#include <ballast/keeper/watch.hpp>

namespace ballast::keeper {

using files::Attempt;
using files::fault;

std::string Rows::key_of(const Json& row) const {
    std::string key;
    for (const std::string& name : names_) key += row.at(name).dump() + "/";
    return key;
}

Attempt<void> Rows::apply(const Json& data) {
    try {
        std::map<std::string, Json> next;
        if (!data.at("whole").get<bool>()) next = rows_;
        for (const Json& row : data.at("removed")) next.erase(key_of(row));
        for (const Json& row : data.at("changed")) next.insert_or_assign(key_of(row), row);
        rows_ = std::move(next);
        return {};
    } catch (const Json::exception& failure) {
        return fault("channel: {}", failure.what());
    }
}

Attempt<void> Watch::take(Channel channel, u64 height, u64 time, const Json& data) {
    switch (channel) {
        case Channel::auctions:
            BALLAST_CHECK(auctions_.apply(data));
            auctions_seen_ = true;
            auctions_height_ = height;
            break;
        case Channel::prices:
            BALLAST_CHECK(prices_.apply(data));
            prices_seen_ = true;
            break;
        case Channel::health: BALLAST_CHECK(health_.apply(data)); break;
        case Channel::account:
            if (!data.is_object() || !data.contains("account"))
                return fault("channel account: there is no account");
            account_ = data["account"];
            account_seen_ = true;
            account_height_ = height;
            break;
    }
    if (height >= height_) height_ = height, time_ = time;
    return {};
}

Attempt<std::map<std::string, Price>> Watch::marks() const {
    Json items = Json::array();
    for (const auto& [key, row] : prices_.rows()) items.push_back(row);
    return marks_of(Json{{"items", std::move(items)}});
}

Attempt<std::vector<Listing>> Watch::listings(const Facts& facts,
                                              const std::map<std::string, Price>& marks) const {
    std::vector<Listing> out;
    for (const auto& [key, row] : auctions_.rows()) {
        BALLAST_TRY(auto listing, listing_of(facts, marks, row));
        if (listing) out.push_back(std::move(*listing));
    }
    return out;
}

Attempt<std::vector<PortfolioListing>> Watch::portfolios(
    const Facts& facts, const std::map<std::string, Price>& marks) const {
    std::vector<PortfolioListing> out;
    for (const auto& [key, row] : auctions_.rows()) {
        BALLAST_TRY(auto listing, portfolio_of(facts, marks, row));
        if (listing) out.push_back(std::move(*listing));
    }
    return out;
}

std::vector<u32> Watch::unhealthy_accounts(std::size_t most) const {
    std::vector<u32> out;
    for (const auto& [key, row] : health_.rows())
        if (out.size() < most && row.value("of", "") == "margin" && !row.value("healthy", true))
            out.push_back(row.value("number", u32{0}));
    return out;
}

}  // namespace ballast::keeper
