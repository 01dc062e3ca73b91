#include "runner.hpp"

#include "actions.hpp"
#include "expectations.hpp"

#include <optional>

namespace ballast::scenarios {
namespace {

// A batch whose lines are still being read.
struct Gathering {
    AccountId sender;
    engine::Batch batch;
    std::vector<std::string> opened;
};

// `line` with other words in the places of its own.
std::string replaced(const Line& line, const std::vector<std::string>& words) {
    std::string text = line.text;
    for (std::size_t i = words.size(); i > 0; --i)
        text.replace(line.words[i - 1].offset, line.words[i - 1].text.size(), words[i - 1]);
    return text;
}

// `line` with `outcome` for all its words from the `from`-th on; a comment stays.
std::string ended(const Line& line, std::size_t from, std::string_view outcome) {
    const Word& last = line.words.back();
    return line.text.substr(0, line.words[from].offset) + std::string(outcome) +
           line.text.substr(last.offset + last.text.size());
}

std::string root_line(const crypto::Digest& digest) {
    std::string text = "root ";
    for (const u8 byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

class Player {
public:
    explicit Player(Stage stage) : stage_(std::move(stage)) {}

    // Does what the line says; the answer is the line as it would have to stand.
    Attempt<std::string> play(Words& words, const Line& line) {
        if (words.take("do")) return play_do(words, line);
        if (gathering_) return words.fault("expected 'do end', for the batch has not ended");
        if (words.take("then")) return play_then(words, line);
        BALLAST_CHECK(words.expect("expect"));
        BALLAST_TRY(const auto actual, actual_words(words, stage_, line.words));
        return replaced(line, actual);
    }
    // The first block, which brings the given prices.
    Attempt<void> start(const Words& words) { return advance(stage_, words, block_seconds, {}); }
    [[nodiscard]] bool gathering() const { return gathering_.has_value(); }
    [[nodiscard]] const crypto::Digest& root() const { return stage_.machine.root(); }

private:
    Attempt<std::string> play_then(Words& words, const Line& line) {
        const engine::Genesis& genesis = stage_.machine.genesis();
        BALLAST_TRY(const std::size_t chosen,
                    words.choose("what happens then", {"block", "wait", "price", "silent"}));
        u64 seconds = block_seconds;
        if (chosen == 1) {
            BALLAST_TRY(seconds, words.seconds());
            if (seconds == 0) return words.fault("expected a time of more than nothing");
        }
        if (chosen == 2) BALLAST_CHECK(say(words, genesis, stage_.names, stage_.sayings));
        if (chosen == 3) BALLAST_CHECK(silence(words, genesis, stage_.names, stage_.sayings));
        BALLAST_CHECK(words.end());
        BALLAST_CHECK(advance(stage_, words, seconds, {}));
        return line.text;
    }

    Attempt<std::string> play_do(Words& words, const Line& line) {
        if (words.take("end")) return end_batch(words, line);
        if (!gathering_ && words.take("batch")) return begin_batch(words, line);
        BALLAST_TRY(const Asked asked, read_action(words, stage_));
        BALLAST_CHECK(name_what_opens(words, asked));
        if (gathering_) return gather(words, line, asked);
        BALLAST_TRY(const engine::Receipt receipt, transact(words, asked.sender, asked.action));
        if (!receipt.accepted()) forget(asked.opens);
        return judged(words, line, std::string(outcome_name(receipt)));
    }

    // The id that it will get, if it is accepted.
    Attempt<void> name_what_opens(const Words& words, const Asked& asked) {
        const engine::State& state = stage_.machine.state();
        const std::size_t before = gathering_ ? gathering_->opened.size() : 0;
        if (const auto* open = std::get_if<vaults::OpenVault>(&asked.action)) {
            const std::size_t id = state.vaults.vaults.size() + before;
            stage_.vaults[asked.opens] = {VaultId{static_cast<u32>(id)}, open->type};
            return {};
        }
        if (asked.opens.empty()) return {};
        if (gathering_) return words.fault("only vaults are opened in a batch");
        if (std::holds_alternative<clearing::OpenMargin>(asked.action))
            stage_.margins[asked.opens] = MarginAccountId{state.clearing.accounts.size()};
        else
            stage_.instruments[asked.opens] = InstrumentId{state.clearing.instruments.size()};
        return {};
    }
    void forget(const std::string& label) {
        stage_.vaults.erase(label), stage_.margins.erase(label), stage_.instruments.erase(label);
    }

    Attempt<std::string> begin_batch(Words& words, const Line& line) {
        BALLAST_TRY(const AccountId sender, read_account(words, stage_));
        BALLAST_CHECK(words.end());
        gathering_ = Gathering{sender, {}, {}};
        return line.text;
    }

    Attempt<std::string> gather(Words& words, const Line& line, const Asked& asked) {
        BALLAST_CHECK(words.end());
        if (asked.sender != gathering_->sender)
            return words.fault("expected the account whose batch it is");
        if (!asked.opens.empty()) gathering_->opened.push_back(asked.opens);
        gathering_->batch.actions.push_back(asked.action);
        return line.text;
    }

    Attempt<std::string> end_batch(Words& words, const Line& line) {
        if (!gathering_) return words.fault("no batch has begun");
        const Gathering gathered = *std::exchange(gathering_, {});
        BALLAST_TRY(const engine::Receipt receipt,
                    transact(words, gathered.sender, gathered.batch));
        std::string outcome(outcome_name(receipt));
        if (!receipt.accepted()) {
            for (const std::string& label : gathered.opened) forget(label);
            outcome += fmt::format(" at {}", receipt.position + 1);
        }
        return judged(words, line, outcome);
    }

    // The rest of the line is `-> OUTCOME`, or `-> REJECT at NUMBER`.
    static Attempt<std::string> judged(Words& words, const Line& line, const std::string& outcome) {
        BALLAST_CHECK(words.expect("->"));
        const std::size_t from = words.taken();
        BALLAST_CHECK(words.choose("an outcome", outcome_names()));
        if (words.take("at")) BALLAST_CHECK(words.count());
        BALLAST_CHECK(words.end());
        return ended(line, from, outcome);
    }

    Attempt<engine::Receipt> transact(const Words& words, AccountId sender,
                                      std::variant<engine::Action, engine::Batch> body) {
        const u64 nonce = stage_.machine.state().ledger.nonce(sender);
        BALLAST_CHECK(advance(stage_, words, 0, {{sender, nonce, std::move(body)}}));
        return stage_.outcome.receipts[0];
    }

    Stage stage_;
    std::optional<Gathering> gathering_;
};

// All lines but the root, each ended.
std::string joined(const Scenario& scenario, const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (scenario.root != i) text += lines[i] + "\n";
    return text;
}

}  // namespace

Attempt<Played> play(const Scenario& scenario) {
    BALLAST_TRY(Beginning beginning, begin(scenario));
    BALLAST_TRY(Stage stage, open_stage(std::move(beginning)));
    Player player(std::move(stage));
    Played played;
    std::vector<std::string> lines;
    for (const Line& line : scenario.lines) lines.push_back(line.text);
    for (const std::size_t position : scenario.steps) {
        const Line& line = scenario.lines[position];
        Words words(scenario.place(line), line.words);
        if (position == scenario.steps.front()) BALLAST_CHECK(player.start(words));
        BALLAST_TRY(lines[position], player.play(words, line));
        if (lines[position] != line.text)
            played.differences.push_back({words.place(), line.text, lines[position]});
    }
    if (player.gathering())
        return files::fault("{}: expected 'do end', for the batch has not ended",
                            scenario.path.filename().string());
    played.root = root_line(player.root());
    played.actual = joined(scenario, lines) + played.root + "\n";
    const std::string name = scenario.path.filename().string();
    if (!scenario.root)
        played.differences.push_back({name, "(no line 'root …' at the end)", played.root});
    else if (const Line& line = scenario.lines[*scenario.root]; line.text != played.root)
        played.differences.push_back({scenario.place(line), line.text, played.root});
    return played;
}

std::string with_root(const Scenario& scenario, const std::string& root) {
    std::vector<std::string> lines;
    for (const Line& line : scenario.lines) lines.push_back(line.text);
    return joined(scenario, lines) + root + "\n";
}

std::string show(const std::vector<Difference>& differences) {
    std::string text;
    for (const Difference& difference : differences)
        text += fmt::format("{}\n  expected  {}\n  actual    {}\n", difference.place,
                            difference.expected, difference.actual);
    return text;
}

}  // namespace ballast::scenarios
