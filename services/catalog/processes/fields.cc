// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/fields.h"

#include <string>
#include <utility>
#include <vector>

#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::catalog {
namespace {

using expr::Field;
using expr::Type;

// The names of all states but that which is not set.
std::vector<std::string> NamesOf(const google::protobuf::EnumDescriptor* states) {
  std::vector<std::string> names;
  for (int i = 0; i < states->value_count(); ++i) {
    if (states->value(i)->number() != 0) names.push_back(states->value(i)->name());
  }
  return names;
}

// What heads and revisions have in common.
std::vector<Field> CommonFields(bool ordered_by_name) {
  return {{.name = "name", .type = Type::kString, .ordered = ordered_by_name},
          {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
          {.name = "owner", .type = Type::kString, .searched = true, .ordered = true},
          {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap},
          {.name = "state",
           .type = Type::kEnum,
           .values = NamesOf(v1::Process::State_descriptor()),
           .prefix = "STATE_"},
          {.name = "author", .type = Type::kString},
          {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
          {.name = "update_time", .type = Type::kTimestamp, .ordered = true}};
}

std::vector<Field> With(std::vector<Field> fields, Field field) {
  fields.push_back(std::move(field));
  return fields;
}

}  // namespace

const expr::Schema& ProcessSchema() {
  static const auto& schema = *new expr::Schema([] {
    std::vector<Field> fields = CommonFields(/*ordered_by_name=*/true);
    fields.push_back({.name = "latest_revision", .type = Type::kNumber, .ordered = true});
    fields.push_back({.name = "approval.state",
                      .type = Type::kEnum,
                      .values = NamesOf(v1::Approval::State_descriptor()),
                      .prefix = "STATE_"});
    fields.push_back({.name = "unpublished_changes", .type = Type::kBool});
    return fields;
  }());
  return schema;
}

const expr::Schema& RevisionSchema() {
  static const auto& schema = *new expr::Schema(
      With(With(CommonFields(/*ordered_by_name=*/false), {.name = "reason", .type = Type::kString}),
           {.name = "revision", .type = Type::kNumber, .ordered = true}));
  return schema;
}

const expr::Schema& SearchSchema() {
  static const auto& schema = *new expr::Schema([] {
    const auto fields = ProcessSchema().fields();
    return With({fields.begin(), fields.end()},
                {.name = "rank", .type = Type::kNumber, .ordered = true});
  }());
  return schema;
}

const expr::Schema& StepSchema() {
  static const auto& schema = *new expr::Schema(std::vector<Field>{
      {.name = "name", .type = Type::kString, .ordered = true},
      {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
      {.name = "owner", .type = Type::kString, .searched = true, .ordered = true},
      {.name = "role", .type = Type::kString, .ordered = true},
      {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap},
      {.name = "author", .type = Type::kString},
      {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
      {.name = "update_time", .type = Type::kTimestamp, .ordered = true},
      {.name = "revision", .type = Type::kNumber, .ordered = true}});
  return schema;
}

const expr::Schema& StepRevisionSchema() {
  static const auto& schema = *new expr::Schema(std::vector<Field>{
      {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
      {.name = "owner", .type = Type::kString, .searched = true, .ordered = true},
      {.name = "role", .type = Type::kString, .ordered = true},
      {.name = "author", .type = Type::kString},
      {.name = "update_time", .type = Type::kTimestamp, .ordered = true},
      {.name = "revision", .type = Type::kNumber, .ordered = true}});
  return schema;
}

}  // namespace plumbline::catalog
