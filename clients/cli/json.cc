// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/json.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"

namespace plumbline::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int64_t kExact = int64_t{1} << 53;

// Copies JSON that protobuf wrote, without the quotes of integers. The recursion is bounded by the
// depth of the message.
class Copier {
 public:
  explicit Copier(absl::string_view json) : rest_(json) {}

  std::string Copy(const Descriptor& type) && {
    CopyMessage(type);
    out_.append(rest_.data(), rest_.size());
    return std::move(out_);
  }

 private:
  // The object of a message; of a type that JSON writes as a string, that string.
  void CopyMessage(const Descriptor& type) {
    Object([&](absl::string_view key) { CopyField(FieldOf(type, key)); });
  }

  static const FieldDescriptor* FieldOf(const Descriptor& type, absl::string_view key) {
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == key) return type.field(i);
    }
    return nullptr;
  }

  void CopyField(const FieldDescriptor* field) {
    if (field != nullptr && field->is_map()) {
      Object([&](absl::string_view) { CopyOne(field->message_type()->map_value()); });
    } else if (Next() == '[') {
      List([&] { CopyOne(field); });
    } else {
      CopyOne(field);
    }
  }

  void CopyOne(const FieldDescriptor* field) {
    if (Next() == '{') {
      if (field != nullptr && field->message_type() != nullptr)
        return CopyMessage(*field->message_type());
      // Within an Any, whose type only its text tells.
      return Object([&](absl::string_view) { CopyField(nullptr); });
    }
    if (Next() != '"') {  // a number, true, false, null
      return CopyTo(rest_.find_first_of(",]} \n"));
    }
    const absl::string_view text = TakeString();
    const bool number = field != nullptr && IsInteger64(*field) && IsExact(text);
    out_.append(number ? "" : "\"").append(text.data(), text.size()).append(number ? "" : "\"");
  }

  static bool IsInteger64(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
           field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
  }

  static bool IsExact(absl::string_view text) {
    int64_t value = 0;
    return absl::SimpleAtoi(text, &value) && value > -kExact && value < kExact;
  }

  template <typename Each>
  void Object(const Each& each) {
    if (Next() != '{') return CopyOne(nullptr);
    CopyTo(1);
    while (Next() == '"') {
      const absl::string_view key = TakeString();
      out_.append("\"").append(key.data(), key.size()).append("\"");
      CopyTo(rest_.find(':') + 1);
      each(key);
      if (Next() == ',') CopyTo(1);
    }
    CopyTo(1);
  }

  template <typename Each>
  void List(const Each& each) {
    CopyTo(1);
    while (Next() != ']' && !rest_.empty()) {
      each();
      if (Next() == ',') CopyTo(1);
    }
    CopyTo(1);
  }

  // The next character that is no white space, which is copied.
  char Next() {
    CopyTo(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    return rest_.empty() ? '\0' : rest_[0];
  }

  void CopyTo(size_t size) {
    size = std::min(size, rest_.size());
    out_.append(rest_.data(), size);
    rest_.remove_prefix(size);
  }

  // The inside of a string, escapes as they are.
  absl::string_view TakeString() {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    const absl::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }

  absl::string_view rest_;
  std::string out_;
};

}  // namespace

std::string JsonOf(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails only for what a service never sends (a Duration out of range): then there is nothing to
  // show.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "{}";
  return Copier(text).Copy(*message.GetDescriptor());
}

}  // namespace plumbline::cli
