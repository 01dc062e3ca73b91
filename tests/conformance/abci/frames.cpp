#include <ballast/conform_abci/frames.hpp>

#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>
#include <ballast/conformance/json.hpp>

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <memory>

namespace ballast::conformance::abci {

namespace {

using google::protobuf::Message;
namespace proto = ballast::abci::proto;

std::string hex_of(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<u8>(byte));
    return out;
}

u8 digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return static_cast<u8>(letter - '0');
    if (letter >= 'a' && letter <= 'f') return static_cast<u8>(letter - 'a' + 10);
    throw Malformed(std::string("'") + letter + "' is no hex digit");
}

std::string bytes_of(const Json& object, std::string_view key) {
    const std::string hex = text_of(object, key);
    if (hex.size() % 2 != 0) throw Malformed(std::string(key) + " has half a byte");
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out += static_cast<char>(digit_of(hex[i]) << 4 | digit_of(hex[i + 1]));
    return out;
}

std::unique_ptr<Message> message_of(const std::string& name) {
    if (name == "tendermint.abci.Request") return std::make_unique<proto::Request>();
    if (name == "tendermint.abci.Response") return std::make_unique<proto::Response>();
    throw Malformed("no message " + name);
}

/// The first trouble that the reader of words has, and no word of it on the terminal.
class Trouble : public google::protobuf::io::ErrorCollector {
public:
    void AddError(int line, int column, const std::string& message) override {
        if (first.empty()) first = fmt::format("{}:{}: {}", line + 1, column + 1, message);
    }
    std::string first;
};

/// Two names that our schema spells otherwise: CometBFT's values of enumerations.
std::string in_our_words(std::string text) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"BLOCK_ID_FLAG_", ""}, {"type: RECHECK", "type: 1"}, {"type: NEW", "type: 0"}};
    for (const auto& [theirs, ours] : names)
        for (std::size_t at = text.find(theirs); at != std::string::npos;
             at = text.find(theirs, at))
            text.replace(at, theirs.size(), ours);
    return text;
}

/// The words, in our bytes, must be the payload; of what our schema has no field for, neither.
void check_message(Case& test, const Json& row, const std::string& payload) {
    const std::unique_ptr<Message> said = message_of(text_of(row, "message"));
    const std::unique_ptr<Message> read(said->New());
    Trouble trouble;
    google::protobuf::TextFormat::Parser parser;
    parser.AllowUnknownField(true);
    parser.RecordErrorsTo(&trouble);
    if (!parser.ParseFromString(in_our_words(text_of(row, "text")), said.get()))
        return test.fail("text", "a message of our schema", trouble.first);
    if (!read->ParseFromString(payload))
        return test.fail("payload", "a message of our schema", "none");
    read->DiscardUnknownFields();
    const std::string known = read->SerializeAsString();
    test.same("what we know of the payload", hex_of(known), hex_of(said->SerializeAsString()));
    test.same("something is asked or answered", true, !known.empty());
    if (known.size() == payload.size()) test.same("payload", hex_of(payload), hex_of(known));
}

std::string next_of(ballast::abci::FrameReader& reader) {
    const auto message = reader.next();
    if (!message) return "fault: " + message.error().sentence;
    return *message ? hex_of(**message) : "nothing yet";
}

/// A frame twice over, so that where it ends matters, and byte by byte.
void check_frame(Case& test, const std::string& payload, const std::string& framed) {
    std::string ours;
    ballast::abci::append_frame(ours, payload);
    test.same("framed", hex_of(framed), hex_of(ours));
    ballast::abci::FrameReader whole;
    whole.feed(framed + framed);
    test.same("first of two", hex_of(payload), next_of(whole));
    test.same("second of two", hex_of(payload), next_of(whole));
    test.same("after two", "nothing yet", next_of(whole));
    ballast::abci::FrameReader slow;
    for (const char byte : framed) {
        test.same("before its end", "nothing yet", next_of(slow));
        slow.feed({&byte, 1});
    }
    test.same("byte by byte", hex_of(payload), next_of(slow));
}

}  // namespace

void socket_frames(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact; fields that our schema does not have are passed on, not read";
    const Json json = read_json(file);
    for (const Json& row : array_of(json, "vectors")) {
        Case test(tally, text_of(row, "name"));
        const std::string payload = bytes_of(row, "payload");
        check_message(test, row, payload);
        check_frame(test, payload, bytes_of(row, "framed"));
    }
}

}  // namespace ballast::conformance::abci
