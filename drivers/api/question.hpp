/// A question about the state: what every method that only reads is made of.
#pragma once

#include <ballast/api/index.hpp>
#include <ballast/api/words.hpp>

#include <functional>

namespace ballast::api {

/// The state as it was at one height, and who owns what in it.
struct View {
    const engine::Machine& machine;
    const Index& index;

    [[nodiscard]] const engine::Genesis& genesis() const { return machine.genesis(); }
    [[nodiscard]] const engine::State& state() const { return machine.state(); }
};

struct Question {
    std::string name;
    std::string summary;
    std::vector<schema::Field> params;  ///< Without "height", which all questions take.
    Json data;
    /// Params have kept to their schema.  The chain waits: nothing here may take long.
    std::function<Reply(const View&, const Json& params)> answer;
};
using Questions = std::vector<Question>;

/// {"height", "root", "time", "data"}.
[[nodiscard]] Json envelope(const engine::Machine& machine, Json data);
[[nodiscard]] Json envelope_schema(const Json& data);

/// What transactions on the wire carry: wire::chain_id.
[[nodiscard]] std::string chain_id(const View& view);

/// The rooms' questions.
[[nodiscard]] Questions chain_questions();
[[nodiscard]] Questions account_questions();
[[nodiscard]] Questions vault_questions();
[[nodiscard]] Questions feed_questions();
[[nodiscard]] Questions auction_questions();
[[nodiscard]] Questions fund_questions();
[[nodiscard]] Questions margin_questions();

}  // namespace ballast::api
