// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/fields.h"

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "plumbline/catalog/v1/history.pb.h"
#include "services/catalog/resource/field_values.h"

namespace plumbline::catalog {
namespace {

using expr::Type;

// Indices in TagSchema and UserSchema.
enum TagField { kTag, kRevision, kLocked, kUpdateTime, kActor };
enum UserField { kKind, kUser, kUsed, kCount, kReportTime };

// All names but that of 0, which is "not set".
std::vector<std::string> NamesOf(const google::protobuf::EnumDescriptor& kinds) {
  std::vector<std::string> names;
  for (int i = 0; i < kinds.value_count(); ++i) {
    if (kinds.value(i)->number() != 0) names.push_back(kinds.value(i)->name());
  }
  return names;
}

}  // namespace

const expr::Schema& TagSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "tag", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "revision", .type = Type::kNumber, .ordered = true},
       {.name = "locked", .type = Type::kBool},
       {.name = "update_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "actor", .type = Type::kString, .searched = true, .ordered = true}});
  return schema;
}

const expr::Schema& HistorySchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "sequence", .type = Type::kNumber, .ordered = true},
       {.name = "kind",
        .type = Type::kEnum,
        .values = NamesOf(*v1::CatalogHistoryEntry::Kind_descriptor()),
        .prefix = "KIND_"},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "actor", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "reason", .type = Type::kString, .searched = true},
       {.name = "revision", .type = Type::kNumber},
       {.name = "tag", .type = Type::kString},
       {.name = "fields", .type = Type::kString}});
  return schema;
}

const expr::Schema& UserSchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "kind",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::ProcessUser::Kind_descriptor()),
                          .prefix = "KIND_",
                          .ordered = true},
                         {.name = "user", .type = Type::kString, .searched = true, .ordered = true},
                         {.name = "used", .type = Type::kString, .ordered = true},
                         {.name = "count", .type = Type::kNumber, .ordered = true},
                         {.name = "report_time", .type = Type::kTimestamp}});
  return schema;
}

const listing::MemoryList& TagList() {
  static const auto& list = *new listing::MemoryList(TagSchema(), {"tag"});
  return list;
}

const listing::MemoryList& UserList() {
  static const auto& list = *new listing::MemoryList(UserSchema(), {"kind", "user", "used"});
  return list;
}

std::optional<expr::Value> TagValue(const v1::Tag& tag, int field) {
  switch (static_cast<TagField>(field)) {
    case kTag:
      return TextValue(tag.tag());
    case kRevision:
      return NumberValue(tag.revision());
    case kLocked:
      return TruthValue(tag.locked());
    case kUpdateTime:
      return TimeValue(tag.update_time());
    case kActor:
      return TextValue(tag.actor());
  }
  return std::nullopt;
}

std::optional<expr::Value> UserValue(const v1::ProcessUser& user, int field) {
  switch (static_cast<UserField>(field)) {
    case kKind:
      return TextValue(v1::ProcessUser::Kind_Name(user.kind()));
    case kUser:
      return TextValue(user.user());
    case kUsed:
      return TextValue(user.used());
    case kCount:
      return NumberValue(user.count());
    case kReportTime:
      if (!user.has_report_time()) return std::nullopt;
      return TimeValue(user.report_time());
  }
  return std::nullopt;
}

}  // namespace plumbline::catalog
