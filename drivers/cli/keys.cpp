#include <ballast/keys/keys.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>

namespace ballast::cli {
namespace {

using Json = wire::Json;

struct KeysOptions {
    std::string home;
    std::string name;
    std::string scheme = "ed25519";
    std::string file;
    std::string passphrase_file;
    bool development = false;

    [[nodiscard]] keys::Keyring ring() const {
        return keys::Keyring(std::filesystem::path(home) / "keys");
    }
    [[nodiscard]] crypto::Scheme kind() const {
        return scheme == "ethereum" ? crypto::Scheme::ethereum : crypto::Scheme::ed25519;
    }
    [[nodiscard]] files::Attempt<std::optional<std::string>> passphrase() const {
        if (passphrase_file.empty()) return keys::passphrase(std::nullopt);
        return keys::passphrase(passphrase_file);
    }
};

/// What a command has to say, as a line and as JSON.
struct Answer {
    Json json;
    std::string text;
};

Answer told(const keys::Entry& entry) {
    const std::string key = files::key_text(entry.key);
    Answer answer{{{"name", entry.name}, {"key", key}}, {}};
    if (entry.key.scheme == crypto::Scheme::ethereum)
        answer.json["address"] = key.substr(key.find(':') + 1);
    answer.json["encrypted"] = entry.encrypted;
    answer.text =
        fmt::format("{:<20} {}{}\n", entry.name, key, entry.encrypted ? "  encrypted" : "");
    return answer;
}

files::Attempt<Answer> add(const KeysOptions& options, const keys::Signer& signer) {
    BALLAST_TRY(const auto passphrase, options.passphrase());
    BALLAST_CHECK(options.ring().add(options.name, signer, passphrase));
    return told({options.name, signer.key(), passphrase.has_value()});
}

files::Attempt<Answer> make(const KeysOptions& options) {
    return add(options, options.development ? keys::Signer::named(options.kind(), options.name)
                                            : keys::Signer::generate(options.kind()));
}

files::Attempt<Answer> list(const KeysOptions& options) {
    BALLAST_TRY(const auto entries, options.ring().list());
    Answer answer{Json::array(), {}};
    for (const keys::Entry& entry : entries) {
        const Answer one = told(entry);
        answer.json.push_back(one.json);
        answer.text += one.text;
    }
    if (entries.empty()) answer.text = "there is no key yet\n";
    return answer;
}

files::Attempt<Answer> show(const KeysOptions& options) {
    BALLAST_TRY(const keys::Entry entry, options.ring().find(options.name));
    return told(entry);
}

files::Attempt<Answer> bring(const KeysOptions& options) {
    BALLAST_TRY(const keys::Signer signer, keys::import_secret(options.file, options.kind()));
    return add(options, signer);
}

files::Attempt<Answer> take_out(const KeysOptions& options) {
    BALLAST_TRY(const auto passphrase, options.passphrase());
    BALLAST_TRY(const keys::Signer signer, options.ring().open(options.name, passphrase));
    BALLAST_CHECK(keys::export_secret(options.file, signer));
    return Answer{
        {{"name", options.name}, {"file", options.file}},
        fmt::format("{}: the private key of {}, not encrypted\n", options.file, options.name)};
}

files::Attempt<Answer> sign(const KeysOptions& options) {
    BALLAST_TRY(const engine::Genesis genesis, chain::read_genesis(options.home));
    const crypto::Digest chain = engine::digest_of(genesis);
    BALLAST_TRY(const std::string text, files::read_file(options.file));
    const auto json = wire::parse_json(text);
    if (!json) return files::fault("{}: {}", options.file, json.error().sentence);
    auto transaction = wire::transaction_from_json(*json, genesis);
    if (!transaction) return files::fault("{}: {}", options.file, transaction.error().sentence);
    BALLAST_TRY(const auto passphrase, options.passphrase());
    BALLAST_TRY(const keys::Signer signer, options.ring().open(options.name, passphrase));
    transaction->authorisation = signer.sign(*transaction, genesis, chain);
    BALLAST_TRY(const Bytes bytes, wire::encode(*transaction, wire::chain_id(genesis.name, chain)));
    const std::string hex = files::hex_of(bytes);
    return Answer{{{"transaction", wire::to_json(*transaction, genesis)}, {"bytes", hex}},
                  hex + "\n"};
}

using Work = files::Attempt<Answer> (*)(const KeysOptions&);

/// What stands in the same place of every command under `keys`.
struct Verb {
    const char* name;
    const char* about;
    const char* example;
    Work work;
};

CLI::App* add_verb(CLI::App* parent, const Verb& verb, const std::shared_ptr<KeysOptions>& options,
                   Context& context) {
    CLI::App* command = parent->add_subcommand(verb.name, verb.about);
    add_home_option(command, options->home);
    command->add_flag("--json")->description("print JSON");
    command->footer(fmt::format("Examples:\n  ballast keys {}", verb.example));
    command->callback([options, &context, work = verb.work] {
        const auto answer = work(*options);
        if (!answer) {
            context.exit = context.console.fail(Exit::bad_input, answer.error());
            return;
        }
        context.console.print(context.console.json() ? answer->json.dump(2) + "\n" : answer->text);
    });
    return command;
}

void add_name(CLI::App* command, KeysOptions& options) {
    command->add_option("name", options.name, "name of the key")->required();
}
void add_scheme(CLI::App* command, KeysOptions& options) {
    command->add_option("--scheme", options.scheme, "ed25519 or ethereum")
        ->check(CLI::IsMember({"ed25519", "ethereum"}))
        ->capture_default_str();
}
void add_passphrase(CLI::App* command, KeysOptions& options) {
    command->add_option("--passphrase-file", options.passphrase_file,
                        "file whose first line is the passphrase; otherwise BALLAST_PASSPHRASE");
}

}  // namespace

void add_keys(CLI::App& app, Context& context) {
    const auto options = std::make_shared<KeysOptions>();
    CLI::App* keys = app.add_subcommand("keys", "Make keys, keep them, and sign with them");
    keys->require_subcommand(1);
    keys->footer(
        "Examples:\n  ballast keys new alice\n  ballast keys list\n"
        "  ballast keys sign alice transaction.json\n\nKeys stand in HOME/keys, readable "
        "by their owner alone. With a passphrase they are encrypted.");
    const auto verb = [&](const Verb& one) { return add_verb(keys, one, options, context); };

    CLI::App* made = verb({"new", "Make a key", "new alice --scheme ethereum", make});
    add_name(made, *options);
    add_scheme(made, *options);
    add_passphrase(made, *options);
    made->add_flag("--development", options->development,
                   "the key that everybody knows by this name: for tests only");
    verb({"list", "Show all keys", "list --json", list});
    add_name(verb({"show", "Show one key, without its private half", "show alice", show}),
             *options);
    CLI::App* brought =
        verb({"import", "Keep a private key that stands in a file as 64 hexadecimal digits",
              "import alice secret.txt --scheme ethereum", bring});
    add_name(brought, *options);
    brought->add_option("file", options->file, "the file; its owner alone may read it")->required();
    add_scheme(brought, *options);
    add_passphrase(brought, *options);
    CLI::App* taken = verb({"export", "Write a private key, not encrypted, to a new file",
                            "export alice secret.txt", take_out});
    add_name(taken, *options);
    taken->add_option("file", options->file, "the new file")->required();
    add_passphrase(taken, *options);
    CLI::App* signed_one = verb({"sign", "Sign a transaction for the chain of the home",
                                 "sign alice transaction.json --json", sign});
    add_name(signed_one, *options);
    signed_one->add_option("file", options->file, "the transaction as JSON")->required();
    add_passphrase(signed_one, *options);
}

}  // namespace ballast::cli
