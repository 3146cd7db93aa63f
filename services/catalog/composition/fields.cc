// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/fields.h"

#include <string>

#include "services/catalog/processes/command.h"
#include "services/catalog/resource/field_values.h"

namespace plumbline::catalog {
namespace {

using expr::Type;
using expr::Value;

// Indices in CallerSchema and DependencySchema.
enum CallerField { kName, kProcess, kRevision, kTitle, kOwner, kLatest, kDepth };
enum DependencyField { kKind, kDependencyName, kDependencyTitle, kDependencyDepth, kMissing };

}  // namespace

const expr::Schema& UtilitySchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .type = Type::kString, .ordered = true},
       {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "owner", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "contact", .type = Type::kString},
       {.name = "support_calendar", .type = Type::kString},
       {.name = "uptime_target.availability", .type = Type::kNumber},
       {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap},
       {.name = "author", .type = Type::kString},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

const expr::Schema& CallerSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .type = Type::kString, .ordered = true},
       {.name = "process", .type = Type::kString, .ordered = true},
       {.name = "revision", .type = Type::kNumber, .ordered = true},
       {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "owner", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "latest", .type = Type::kBool},
       {.name = "depth", .type = Type::kNumber, .ordered = true}});
  return schema;
}

const expr::Schema& DependencySchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "kind",
                          .type = Type::kEnum,
                          .values = {"KIND_PROCESS", "KIND_UTILITY", "KIND_ROLE", "KIND_STEP"},
                          .prefix = "KIND_",
                          .ordered = true},
                         {.name = "name", .type = Type::kString, .searched = true, .ordered = true},
                         {.name = "title", .type = Type::kString, .searched = true},
                         {.name = "depth", .type = Type::kNumber, .ordered = true},
                         {.name = "missing", .type = Type::kBool}});
  return schema;
}

const listing::MemoryList& CallerList() {
  static const auto& list =
      *new listing::MemoryList(CallerSchema(), {"depth", "process", "revision"});
  return list;
}

const listing::MemoryList& DependencyList() {
  static const auto& list = *new listing::MemoryList(DependencySchema(), {"kind", "depth", "name"});
  return list;
}

std::optional<Value> CallerValue(const impact::Callers& callers, size_t row,
                                 absl::string_view workspace, int field) {
  const impact::Part& part = callers.part(row);
  const auto key = [&] { return ProcessKey{std::string(workspace), callers.ProcessOf(row)}; };
  switch (static_cast<CallerField>(field)) {
    case kName:
      return TextValue(part.is_draft() ? NameOf(key()) : NameOf(key(), part.revision));
    case kProcess:
      return TextValue(NameOf(key()));
    case kRevision:
      return NumberValue(part.revision);
    case kTitle:
      return TextValue(part.title);
    case kOwner:
      return TextValue(part.owner);
    case kLatest:
      return TruthValue(callers.IsLatest(row));
    case kDepth:
      return NumberValue(callers.depth(row));
  }
  return std::nullopt;
}

std::optional<Value> DependencyValue(const v1::Dependency& dependency, int field) {
  switch (static_cast<DependencyField>(field)) {
    case kKind:
      return TextValue(v1::Dependency::Kind_Name(dependency.kind()));
    case kDependencyName:
      return TextValue(dependency.name());
    case kDependencyTitle:
      return TextValue(dependency.title());
    case kDependencyDepth:
      return NumberValue(dependency.depth());
    case kMissing:
      return TruthValue(dependency.missing());
  }
  return std::nullopt;
}

}  // namespace plumbline::catalog
