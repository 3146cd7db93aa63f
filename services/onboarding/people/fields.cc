// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/fields.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::FieldDescriptor;

constexpr std::array<absl::string_view, 11> kFields = {
    "display_name", "email",       "manager",  "relations", "groups", "calendar",
    "time_zone",    "quiet_hours", "absences", "labels",    "state"};

// A record that holds one field of another.
v1::Person OneField(const v1::Person& person, const std::string& field) {
  v1::Person one;
  CopyFields(person, {field}, &one);
  return one;
}

// All names of an enum but that of "not set".
std::vector<std::string> NamesOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) names.push_back(type.value(i)->name());
  }
  return names;
}

}  // namespace

absl::Span<const absl::string_view> PersonFields() { return kFields; }

void CopyFields(const v1::Person& from, absl::Span<const std::string> fields, v1::Person* to) {
  v1::Person copy = from;
  std::vector<const FieldDescriptor*> swapped;
  for (const std::string& field : fields)
    swapped.push_back(v1::Person::descriptor()->FindFieldByName(field));
  from.GetReflection()->SwapFields(&copy, to, swapped);
}

std::vector<std::string> ChangedFields(const v1::Person& a, const v1::Person& b) {
  std::vector<std::string> changed;
  for (const absl::string_view field : kFields) {
    const std::string name(field);
    if (StableBytes(OneField(a, name)) != StableBytes(OneField(b, name))) changed.push_back(name);
  }
  return changed;
}

std::string EtagOf(const v1::Person& person, int64_t version) {
  v1::Person content;
  CopyFields(person, std::vector<std::string>(kFields.begin(), kFields.end()), &content);
  return base::Sha256Hex(absl::StrCat(person.name(), "@", version, "\n", StableBytes(content)))
      .substr(0, 16);
}

std::string StableBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

const expr::Schema& PersonSchema() {
  using expr::Shape;
  using expr::Type;
  static const auto& schema =
      *new expr::Schema({{.name = "name", .type = Type::kString, .ordered = true},
                         {.name = "display_name", .type = Type::kString, .searched = true},
                         {.name = "email", .type = Type::kString, .searched = true},
                         {.name = "manager", .type = Type::kString},
                         {.name = "relations", .type = Type::kString, .shape = Shape::kMap},
                         {.name = "groups", .type = Type::kString, .shape = Shape::kList},
                         {.name = "calendar", .type = Type::kString},
                         {.name = "time_zone", .type = Type::kString},
                         {.name = "labels", .type = Type::kString, .shape = Shape::kMap},
                         {.name = "state",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::Person::State_descriptor()),
                          .prefix = "STATE_",
                          .ordered = true},
                         {.name = "author", .type = Type::kString},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

const expr::Schema& PersonHistorySchema() {
  using expr::Type;
  static const auto& schema =
      *new expr::Schema({{.name = "sequence", .type = Type::kNumber, .ordered = true},
                         {.name = "kind",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::PersonHistoryEntry::Kind_descriptor()),
                          .prefix = "KIND_",
                          .ordered = true},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "actor", .type = Type::kString, .searched = true},
                         {.name = "reason", .type = Type::kString, .searched = true},
                         {.name = "fields", .type = Type::kString}});
  return schema;
}

}  // namespace plumbline::onboarding
