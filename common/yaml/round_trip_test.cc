// SPDX-License-Identifier: Apache-2.0
//
// Parse(Format(m)) == m on random messages, and no input of any kind crashes the reader.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "common/base/error.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::yaml {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  void Fill(Message* message, int depth) {
    const std::string& name = message->GetDescriptor()->full_name();
    if (name == "google.protobuf.Duration" || name == "google.protobuf.Timestamp") {
      FillTime(message, name.back() == 'n');
      return;
    }
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message->GetDescriptor()->field(i);
      if (Below(3) == 0) continue;
      const int count = field.is_repeated() ? Below(3) : 1;
      for (int n = 0; n < count; ++n) Set(field, message, depth);
    }
  }

  std::string Text() {
    static const char* const kPieces[] = {
        "a",
        "Deal desk",
        " ",
        "\n",
        "\t",
        ": ",
        " #",
        "-",
        "- ",
        "\"",
        "'",
        "\\",
        "yes",
        "No",
        "null",
        "~",
        "1",
        "-1.5e3",
        "0x1F",
        "2026-01-01",
        "12:30",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        "é",
        "日本",
        "\xF0\x9F\x98\x80",
        "\xC2\x85",
        "\xC2\xA0",
        "\xE2\x80\xA8",
        "\xEF\xBB\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBD",
        "\x01",
        "\x7F",
        "\x04",
        "\r",
        "---",
        "...",
        "<<",
        "=",
        "\n\n",
        "\n ",
        " \n",
        "\n# x",
        "\n- y",
        "\n---\n",
        "\n...\n",
        "The quick brown fox jumps over the lazy dog and runs to the far end of the long line "};
    std::string text;
    for (int i = Below(8); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    if (Below(40) == 0) text += std::string(2000, 'x');
    if (Below(40) == 0) text += '\0';
    return text;
  }

  int Below(int limit) { return static_cast<int>(random_() % limit); }

 private:
  void FillTime(Message* message, bool duration) {
    const auto* type = message->GetDescriptor();
    const int64_t range = duration ? 315'576'000'000 : 253'402'300'799;
    int64_t seconds = static_cast<int64_t>(Big() % (range + 1));
    int nanos = Below(2) == 0 ? 0 : Below(1'000'000'000);
    if (duration && seconds == range) nanos = 0;
    if (Below(3) == 0) seconds = duration ? -seconds : -static_cast<int64_t>(Below(1 << 30));
    if (duration && seconds < 0) nanos = -nanos;
    message->GetReflection()->SetInt64(message, type->FindFieldByName("seconds"), seconds);
    message->GetReflection()->SetInt32(message, type->FindFieldByName("nanos"), nanos);
  }

  uint64_t Big() { return static_cast<uint64_t>(random_()) << 32 | random_(); }

  std::string Bytes() {
    std::string bytes(Below(5), ' ');
    for (char& c : bytes) c = static_cast<char>(Below(256));
    return bytes;
  }

  void Set(const FieldDescriptor& field, Message* message, int depth) {
    const auto& reflection = *message->GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
#define CASE(KIND, NAME, value)                          \
  case FieldDescriptor::CPPTYPE_##KIND:                  \
    many ? reflection.Add##NAME(message, &field, value)  \
         : reflection.Set##NAME(message, &field, value); \
    break;
      CASE(INT32, Int32, static_cast<int32_t>(random_()))
      CASE(INT64, Int64, static_cast<int64_t>(Big()))
      CASE(UINT32, UInt32, random_())
      CASE(UINT64, UInt64, Big())
      CASE(BOOL, Bool, Below(2) == 0)
      CASE(ENUM, EnumValue, Below(4))
      CASE(FLOAT, Float, static_cast<float>(static_cast<int32_t>(random_())) / 7.0f)
      CASE(DOUBLE, Double, static_cast<double>(static_cast<int64_t>(Big())) / 1e9)
#undef CASE
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string text = field.type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text();
        if (field.containing_type()->full_name() == "google.protobuf.FieldMask") text = "title";
        many ? reflection.AddString(message, &field, text)
             : reflection.SetString(message, &field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth == 0) break;
        Fill(many ? reflection.AddMessage(message, &field)
                  : reflection.MutableMessage(message, &field),
             depth - 1);
        break;
    }
  }

  std::mt19937 random_;
};

// Map fields made by reflection may hold a key twice; through the wire they hold it once.
std::unique_ptr<Message> Settled(const Message& message) {
  std::unique_ptr<Message> settled(message.New());
  EXPECT_TRUE(settled->ParseFromString(message.SerializeAsString()));
  return settled;
}

void ExpectRoundTrip(const Message& message) {
  const std::string text = Format(message);
  std::unique_ptr<Message> back(message.New());
  const auto status = Parse("random", text, back.get());
  ASSERT_TRUE(status.ok()) << status << "\n" << text;
  ASSERT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, *back))
      << message.Utf8DebugString() << "\n"
      << text << "\n"
      << back->Utf8DebugString();
  ASSERT_EQ(Format(*back), text);
}

template <typename T>
class RoundTrip : public testing::Test {};

using Types = testing::Types<catalog::v1::Process, common::v1::SuiteConfig,
                             common::v1::CatalogConfig, common::v1::OnboardingConfig,
                             common::v1::AnalyticsConfig, catalog::v1::UpdateProcessRequest>;
TYPED_TEST_SUITE(RoundTrip, Types);

TYPED_TEST(RoundTrip, RandomMessages) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    TypeParam message;
    Generator(seed).Fill(&message, 6);
    ASSERT_NO_FATAL_FAILURE(ExpectRoundTrip(*Settled(message))) << "seed " << seed;
  }
}

TEST(RoundTripText, RandomStrings) {
  Generator generator(7);
  for (int i = 0; i < 20'000; ++i) {
    catalog::v1::Process process;
    process.set_purpose(generator.Text());
    (*process.mutable_labels())[generator.Text()] = generator.Text();
    process.mutable_root()->mutable_step()->add_utilities(generator.Text());
    ASSERT_NO_FATAL_FAILURE(ExpectRoundTrip(process)) << "string " << i;
  }
}

TEST(Fuzz, NoInputCrashesTheReader) {
  Generator generator(11);
  catalog::v1::Process process;
  generator.Fill(&process, 6);
  const std::string good = Format(*Settled(process));
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string text =
        i % 2 == 0 ? good.substr(0, generator.Below(static_cast<int>(good.size()))) : std::string();
    for (int n = generator.Below(12); n > 0; --n) {
      const size_t at = generator.Below(static_cast<int>(text.size()) + 1);
      text.insert(at, generator.Text());
    }
    catalog::v1::Process out;
    const auto status = Parse("fuzz", text, &out);
    if (status.ok()) continue;
    ++refused;
    // Details that are not UTF-8 would be lost on the wire.
    ASSERT_FALSE(base::FieldViolationsOf(status).empty()) << status << "\n" << text;
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace plumbline::yaml
