/// What is wrong with a market's terms.  Every room's `validate` answers with the first fault it finds.
#pragma once

#include <string>

namespace ballast {

struct TermsFault {
    std::string key;   ///< Where, as a path in the room's terms: "feeds[2].quorum_count".
    std::string what;  ///< The rule that is broken, with the value and the limit: "is 4, must be at most 3".

    friend bool operator==(const TermsFault&, const TermsFault&) = default;
};

}  // namespace ballast
