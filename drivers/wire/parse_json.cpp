#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace ballast::wire {
namespace {

/// Watches a parser: keys of every object that is open, and the first thing that is too much.
class Watch {
public:
    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        if (!complaint_.empty()) return false;
        if (event == Event::object_start || event == Event::array_start) {
            if (depth >= static_cast<int>(json_depth_max))
                complaint_ = fmt::format("has more than {} levels", json_depth_max);
            keys_.emplace_back();
        } else if (event == Event::object_end || event == Event::array_end) {
            keys_.pop_back();
        } else if (event == Event::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys_.back().insert(key).second)
                complaint_ = fmt::format("`{}` stands twice in one object", key.substr(0, 64));
        }
        return complaint_.empty();
    }
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

private:
    std::vector<std::set<std::string>> keys_;
    std::string complaint_;
};

}  // namespace

files::Attempt<Json> parse_json(std::string_view text) {
    if (text.size() > transaction_bytes_max)
        return files::fault("the JSON has {} bytes; at most {}", text.size(),
                            transaction_bytes_max);
    Watch watch;
    try {
        Json json = Json::parse(text, std::ref(watch));
        if (!watch.complaint().empty()) return files::fault("the JSON {}", watch.complaint());
        return json;
    } catch (const Json::exception& wrong) {
        if (!watch.complaint().empty()) return files::fault("the JSON {}", watch.complaint());
        const std::string_view what = wrong.what();
        return files::fault("this is no JSON: {}",
                            what.substr(std::min(what.find("] ") + 2, what.size())));
    }
}

}  // namespace ballast::wire
