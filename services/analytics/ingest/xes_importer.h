// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/ingest/attribute_choice.h"
#include "services/analytics/ingest/collector.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/time_format.h"
#include "services/analytics/ingest/xml_handler.h"
#include "services/analytics/ingest/xml_reader.h"

namespace plumbline::analytics {

// Reads XES (IEEE 1849-2016) by its elements log, trace and event and the standard keys
// concept:name, time:timestamp, org:resource, lifecycle:transition, and start_timestamp, a custom
// of many tools, and identity:id, the event's own id; further attributes where they are chosen,
// nested ones as "outer/inner", those of a trace as "case:..." of its first event. An activity may
// be made of the keys of a classifier. Globals, of however many scopes, are passed over: their
// values stand for what is missing ("UNKNOWN"), and nothing is better. Declarations of XML entities
// and a depth over 100 are refused.
class XesImporter final : public Importer, private XmlHandler {
 public:
  XesImporter(const ImportOptions& options, BatchSink sink, const XmlReaderOptions& xml = {});
  absl::Status Feed(absl::string_view bytes) override;
  absl::StatusOr<ImportSummary> Finish() override;

 private:
  // An event whose values live in strings that are used again and again.
  struct Event {
    std::string activity, resource, transition, time, start, id;
    std::vector<std::string> classified;                             // by keys of the classifier
    std::vector<std::pair<std::string, AttributeValue>> attributes;  // keys and values
    int64_t line = 0;
  };

  // Bytes that held_ takes, near enough.
  static size_t BytesOf(const Event& event);
  // What came of reading.
  absl::Status Check(bool read) const;
  absl::Status Broken() const;
  void Fail(absl::Status error);

  void StartElement(absl::string_view name, absl::Span<const XmlAttribute> attributes) override;
  void EndElement() override;
  void DeclaresEntity(absl::string_view name) override;
  void StartTop(absl::string_view name, absl::Span<const XmlAttribute> attributes);
  void StartTrace();
  void StartEvent();
  void ReadClassifier(absl::Span<const XmlAttribute> attributes);
  void ReadTraceAttribute(absl::string_view type, absl::Span<const XmlAttribute> attributes);
  void ReadEventAttribute(absl::string_view type, absl::Span<const XmlAttribute> attributes);
  // Keeps an attribute of the trace or the event, `depth` levels down from its own attributes (0),
  // if it is chosen.
  void KeepAttribute(absl::string_view type, absl::string_view key, absl::string_view value,
                     size_t depth);
  // The activity that the classifier makes of the event.
  void Classify(Event* event) const;
  void EndEvent();
  void EndTrace();
  // Gives an event of the trace, whose case id is known by now, to the collector.
  void Collect(Event& event);
  void NameTrace();

  Collector collector_;
  AttributeChoice choice_;
  const std::string unnamed_, classifier_;
  std::vector<std::string> classifiers_;      // names of all
  std::vector<std::string> classifier_keys_;  // of the one that is used; empty = concept:name
  XmlReader reader_;
  int64_t element_at_ = 0;  // where the last element began or ended
  absl::Status error_;
  int depth_ = 0;
  bool in_trace_ = false, in_event_ = false;
  int64_t traces_ = 0;
  std::string case_id_;            // of the trace; empty while it has no name
  std::vector<std::string> path_;  // keys of the attributes that are open, from the outermost
  std::vector<std::pair<std::string, AttributeValue>> trace_attributes_;  // for its next event
  Event event_;
  LastDay last_day_;
  std::vector<Event> held_;  // of a trace that has no name yet
  size_t held_bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_
