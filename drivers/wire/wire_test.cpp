#include <ballast/wire/drawn.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ballast::wire {
namespace {

namespace pb = google::protobuf;

const ChainId chain{"test-0123456789abcdef"};

/// transaction.proto as protobuf's own compiler reads it: a second implementation of the format.
class Schema {
public:
    Schema() {
        const auto compiled =
            std::filesystem::temp_directory_path() / fmt::format("ballast-wire-{}.pb", ::getpid());
        const std::string command = fmt::format(
            "protoc --proto_path={0}/drivers/wire --descriptor_set_out={1} "
            "transaction.proto",
            BALLAST_SOURCE_DIR, compiled.string());
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
        std::ifstream in(compiled, std::ios::binary);
        pb::FileDescriptorSet set;
        EXPECT_TRUE(set.ParseFromIstream(&in) && set.file_size() == 1);
        if (set.file_size() == 1) file_ = pool_.BuildFile(set.file(0));
        std::filesystem::remove(compiled);
    }
    [[nodiscard]] const pb::Descriptor* message(const std::string& name) const {
        return file_ == nullptr ? nullptr : file_->FindMessageTypeByName(name);
    }
    /// What protobuf writes after it has read `bytes`; empty where it cannot read them or knows a
    /// field less.
    [[nodiscard]] std::string again(const Bytes& bytes) {
        std::unique_ptr<pb::Message> read(factory_.GetPrototype(message("Transaction"))->New());
        if (!read->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
        read->DiscardUnknownFields();
        return read->SerializeAsString();
    }

private:
    pb::DescriptorPool pool_;
    const pb::FileDescriptor* file_ = nullptr;
    pb::DynamicMessageFactory factory_;
};

/// Demands that a message of the schema has the fields that `S::fields` visits.
class Agrees {
public:
    explicit Agrees(const pb::Descriptor& message) : message_(&message) {}

    template <class S>
    static void message(const pb::Descriptor& message, const S& row) {
        Agrees visit(message);
        S::fields(visit, row);
        const auto names = names_of<S>();
        EXPECT_EQ(visit.number_, message.field_count()) << message.name();
        ASSERT_EQ(names.size(), static_cast<std::size_t>(message.field_count())) << message.name();
        for (int i = 0; i < message.field_count(); ++i)
            EXPECT_EQ(message.field(i)->name(), names[static_cast<std::size_t>(i)]);
    }
    template <class T>
    void operator()(const T& value) {
        const pb::FieldDescriptor* field = message_->FindFieldByNumber(++number_);
        ASSERT_NE(field, nullptr) << message_->name() << " has no field " << number_;
        EXPECT_EQ(field->type(), type(value, *field)) << field->full_name();
        EXPECT_EQ(field->is_repeated(), repeated_) << field->full_name();
        repeated_ = false;
    }

private:
    using Field = pb::FieldDescriptor;

    template <Unsigned T>
    Field::Type type(const T&, const Field&) {
        return sizeof(T) == 8 ? Field::TYPE_UINT64 : Field::TYPE_UINT32;
    }
    Field::Type type(const bool&, const Field&) { return Field::TYPE_BOOL; }
    Field::Type type(const i64&, const Field&) { return Field::TYPE_SINT64; }
    Field::Type type(const Amount&, const Field&) { return Field::TYPE_SINT64; }
    Field::Type type(const i128&, const Field&) { return Field::TYPE_BYTES; }
    Field::Type type(const u128&, const Field&) { return Field::TYPE_BYTES; }
    Field::Type type(const Version&, const Field&) { return Field::TYPE_UINT32; }
    Field::Type type(const ChainText&, const Field&) { return Field::TYPE_STRING; }
    Field::Type type(const engine::Action&, const Field&) { return Field::TYPE_MESSAGE; }
    template <class E>
        requires std::is_enum_v<E>
    Field::Type type(const E&, const Field& field) {
        // Every value of the one is a value of the other.
        if (field.enum_type() == nullptr) return Field::TYPE_ENUM;
        for (u8 raw = 0; raw < 8; ++raw)
            EXPECT_EQ(valid(static_cast<E>(raw)),
                      field.enum_type()->FindValueByNumber(raw) != nullptr)
                << field.full_name() << " " << int{raw};
        return Field::TYPE_ENUM;
    }
    template <class T, class Rep>
    Field::Type type(const Id<T, Rep>& value, const Field& field) {
        return type(value.value(), field);
    }
    template <class K, class Rep>
    Field::Type type(const Quantity<K, Rep>& value, const Field& field) {
        return type(value.units(), field);
    }
    template <std::size_t N>
    Field::Type type(const std::array<u8, N>&, const Field&) {
        return Field::TYPE_BYTES;
    }
    template <class T>
    Field::Type type(const std::vector<T>&, const Field& field) {
        repeated_ = true;
        return type(T{}, field);
    }
    template <class T>
    Field::Type type(const std::optional<T>&, const Field& field) {
        return type(T{}, field);
    }
    template <class S>
        requires requires(Agrees& a, const S& s) { S::fields(a, s); }
    Field::Type type(const S& row, const Field& field) {
        if (field.message_type() != nullptr) message(*field.message_type(), row);
        return Field::TYPE_MESSAGE;
    }

    const pb::Descriptor* message_;
    int number_ = 0;
    bool repeated_ = false;
};

TEST(Schema, HasTheFieldsOfEveryActionUnderTheSameNamesAndNumbers) {
    const Schema schema;
    ASSERT_NE(schema.message("Transaction"), nullptr);
    Agrees::message(*schema.message("Transaction"), Envelope{});
    const pb::Descriptor& action = *schema.message("Action");
    const auto names = engine::action_names();
    ASSERT_EQ(names.size(), std::variant_size_v<engine::Action>);
    ASSERT_EQ(action.field_count(), static_cast<int>(names.size()));
    Draw draw(1);
    for (u64 i = 0; i < names.size(); ++i) {
        const pb::FieldDescriptor* field = action.FindFieldByNumber(static_cast<int>(i) + 1);
        ASSERT_NE(field, nullptr);
        EXPECT_EQ(field->name(), names[i]);
        ASSERT_NE(field->message_type(), nullptr);
        std::visit([&](const auto& row) { Agrees::message(*field->message_type(), row); },
                   draw.action(i));
    }
}

TEST(Wire, WhatIsWrittenReadsAsTheSameTransactionAndProtobufReadsItToo) {
    Schema schema;
    for (u64 seed = 0; seed < 3000; ++seed) {
        const engine::Transaction drawn = Draw(seed).transaction();
        const auto bytes = encode(drawn, chain);
        ASSERT_TRUE(bytes) << seed << " " << bytes.error().sentence;
        const auto read = decode(*bytes, chain);
        ASSERT_TRUE(read) << seed << " " << read.error().sentence;
        ASSERT_EQ(ballast::encode(*read), ballast::encode(drawn)) << seed;
        const std::string again = schema.again(*bytes);
        ASSERT_EQ(Bytes(again.begin(), again.end()), *bytes) << seed;
    }
}

TEST(Wire, BytesThatAreReadAreTheOnlyOnesOfTheirTransaction) {
    u32 read_again = 0;
    for (u64 seed = 0; seed < 3000; ++seed) {
        Draw draw(seed);
        Bytes bytes = *encode(draw.transaction(), chain);
        bytes[draw.below(bytes.size())] ^= static_cast<u8>(1 << draw.below(8));
        const auto read = decode(bytes, chain);
        if (!read) continue;
        ++read_again;
        const auto again = encode(*read, chain);
        ASSERT_TRUE(again && *again == bytes) << seed;
    }
    EXPECT_GT(read_again, 300u);
}

TEST(Wire, ABatchOfOneIsNotASingleAction) {
    engine::Transaction one;
    one.body = engine::Action(engine::Transfer{AccountId(17), AssetId(1), Amount::units(5)});
    engine::Transaction batch;
    batch.body = engine::Batch{{std::get<engine::Action>(one.body)}};
    EXPECT_NE(*encode(one, chain), *encode(batch, chain));
    EXPECT_EQ(decode(*encode(one, chain), chain)->body.index(), 0u);
    EXPECT_EQ(decode(*encode(batch, chain), chain)->body.index(), 1u);
}

TEST(Wire, WhatDoesNotFitIsNotWritten) {
    engine::Transaction large;
    large.body =
        engine::Action(engine::Transfer{AccountId(17), AssetId(1), Amount::units(i128{1} << 63)});
    EXPECT_FALSE(encode(large, chain));
    engine::Transaction many;
    many.body = engine::Batch{std::vector<engine::Action>(limits::batch_max + 1)};
    EXPECT_FALSE(encode(many, chain));
    std::get<engine::Batch>(many.body).actions.pop_back();
    EXPECT_TRUE(decode(*encode(many, chain), chain));
}

TEST(Wire, TheChainIsNamedByItsGenesis) {
    crypto::Digest digest{};
    for (u8 i = 0; i < 32; ++i) digest[i] = static_cast<u8>(i * 17);
    EXPECT_EQ(chain_id("main", digest).text, "main-0011223344556677");
}

}  // namespace
}  // namespace ballast::wire
