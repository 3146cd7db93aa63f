// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/history/resource_history.h"

#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::ResourceHistoryEntry;

std::vector<std::string> KindNames() {
  const auto* kinds = ResourceHistoryEntry::Kind_descriptor();
  std::vector<std::string> names;
  for (int i = 0; i < kinds->value_count(); ++i) {
    if (kinds->value(i)->number() != ResourceHistoryEntry::KIND_UNSPECIFIED)
      names.push_back(kinds->value(i)->name());
  }
  return names;
}

}  // namespace

ResourceHistoryEntry HistoryEntry(ResourceHistoryEntry::Kind kind, const Author& author,
                                  absl::string_view reason, absl::string_view etag,
                                  const std::vector<std::string>& fields) {
  ResourceHistoryEntry entry;
  entry.set_kind(kind);
  *entry.mutable_create_time() = ToTimestamp(author.time);
  entry.set_actor(author.subject);
  entry.set_reason(std::string(reason));
  entry.set_etag(std::string(etag));
  entry.mutable_fields()->Assign(fields.begin(), fields.end());
  return entry;
}

const expr::Schema& ResourceHistorySchema() {
  using expr::Type;
  static const auto& schema = *new expr::Schema(
      {{.name = "sequence", .type = Type::kNumber, .ordered = true},
       {.name = "kind",
        .type = Type::kEnum,
        .values = KindNames(),
        .prefix = "KIND_",
        .ordered = true},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "actor", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "reason", .type = Type::kString, .searched = true},
       {.name = "fields", .type = Type::kString}});
  return schema;
}

}  // namespace plumbline::catalog
