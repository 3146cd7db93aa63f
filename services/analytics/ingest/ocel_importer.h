// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_OCEL_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_OCEL_IMPORTER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/ingest/attribute_choice.h"
#include "services/analytics/ingest/collector.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/json_elements.h"

namespace plumbline::analytics {

// Reads OCEL 2.0 in JSON (Berti et al. 2024, "OCEL (Object-Centric Event Log) 2.0 Specification",
// section 6), flattened on one type of objects (van der Aalst 2019): each event once for every
// object of the type that it is related to, whose id is the case. The activity is the event's type;
// its id is kept, and counts once for each object. Attributes "org:resource" or "resource", and
// "lifecycle:transition", are what they say; others are kept where they are chosen, those of the
// object as "case:..." of its first event in the file, with their earliest value. Objects and
// events may come in either order.
class OcelImporter final : public Importer {
 public:
  OcelImporter(const ImportOptions& options, BatchSink sink);
  absl::Status Feed(absl::string_view bytes) override;
  // Also FIELD_INVALID of "ocel.object_type" where there is no such type, or several and none is
  // named.
  absl::StatusOr<ImportSummary> Finish() override;

 private:
  using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

  absl::Status TakeElement(absl::string_view member, absl::string_view element);
  absl::StatusOr<JsonValue> Parse(absl::string_view element, const char* what) const;
  absl::Status TakeObject(const JsonValue& object);
  Attributes AttributesOf(const JsonValue& object);
  // Whether it is known by now which events belong where: all objects came.
  bool ObjectsAreKnown() const { return objects_done_; }
  absl::Status ChooseType();
  absl::Status TakeEvent(const JsonValue& event, int64_t line);
  absl::Status AddEvent(const std::string& object, RawEvent raw,
                        const std::vector<RawAttribute>& attributes, int64_t line);
  absl::Status TakeHeld();
  absl::Status TooMuch(absl::string_view what) const;
  // What the file is instead. `more`: something follows its object.
  absl::Status NotOcel(bool more) const;

  Collector collector_;
  AttributeChoice choice_;
  const bool named_;  // the caller chose the type
  std::string object_type_;
  JsonElements elements_{{"events", "objects"}};
  std::map<std::string, int64_t> types_;  // objects by type
  // Attributes, until the first event, of the objects that may be cases: of the chosen type, or of
  // the first type that comes where none was chosen.
  absl::flat_hash_map<std::string, Attributes> objects_;
  size_t object_bytes_ = 0;
  bool objects_done_ = false;
  std::string last_member_;
  std::vector<std::pair<int64_t, std::string>> held_;  // events before the objects, by line
  size_t held_bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_OCEL_IMPORTER_H_
