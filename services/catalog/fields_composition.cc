// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/fields_composition.h"

#include <string>
#include <utility>

#include "services/catalog/command.h"

namespace plumbline::catalog {
namespace {

using expr::Type;
using expr::Value;

// Indices in CallerSchema and DependencySchema.
enum CallerField { kName, kProcess, kRevision, kTitle, kOwner, kLatest, kDepth };
enum DependencyField { kKind, kDependencyName, kDependencyTitle, kDependencyDepth, kMissing };

std::optional<Value> Text(std::string text) {
  if (text.empty()) return std::nullopt;
  return Value{0, std::move(text)};
}

Value Number(int64_t number) { return Value{number * expr::kNumberUnit, ""}; }
Value Truth(bool truth) { return Value{truth ? 1 : 0, ""}; }

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
                          .values = {"KIND_PROCESS", "KIND_UTILITY", "KIND_ROLE"},
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
      return Text(part.is_draft() ? NameOf(key()) : NameOf(key(), part.revision));
    case kProcess:
      return Text(NameOf(key()));
    case kRevision:
      return Number(part.revision);
    case kTitle:
      return Text(part.title);
    case kOwner:
      return Text(part.owner);
    case kLatest:
      return Truth(callers.IsLatest(row));
    case kDepth:
      return Number(callers.depth(row));
  }
  return std::nullopt;
}

std::optional<Value> DependencyValue(const v1::Dependency& dependency, int field) {
  switch (static_cast<DependencyField>(field)) {
    case kKind:
      return Text(v1::Dependency::Kind_Name(dependency.kind()));
    case kDependencyName:
      return Text(dependency.name());
    case kDependencyTitle:
      return Text(dependency.title());
    case kDependencyDepth:
      return Number(dependency.depth());
    case kMissing:
      return Truth(dependency.missing());
  }
  return std::nullopt;
}

}  // namespace plumbline::catalog
