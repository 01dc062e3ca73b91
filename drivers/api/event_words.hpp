/// Events as objects that say what their numbers mean: every kind has its own members, named as in
/// core/base/event.hpp, with names, decimals and words instead of numbers.
#pragma once

#include <ballast/api/words.hpp>

namespace ballast::api {

/// {"name": "debt_minted", "vault": 3, "receiver": 17, "asset": "USDB", "amount": "100",
/// "opening_fee": "0.5"}.
[[nodiscard]] Json event_json(const engine::Genesis& genesis, const Event& event);
[[nodiscard]] Json event_schema();

/// All kinds, by name.
[[nodiscard]] std::vector<std::string> event_names();
[[nodiscard]] std::optional<EventKind> event_named(const std::string& name);

/// What the subject of the kind counts ("vault", "auction", ...); empty: nothing.
[[nodiscard]] std::string_view subject_of(EventKind kind);
/// Whether its `account` is an account: of some it is nobody, or a publisher.
[[nodiscard]] bool names_account(EventKind kind);
/// For documentation: kind, number and members, one row each.
struct EventWords {
    std::string name;
    u32 number = 0;
    std::vector<std::string> members;
};
[[nodiscard]] std::vector<EventWords> event_table();

}  // namespace ballast::api
