// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/analytics/ingest/collector.h"
#include "services/analytics/ingest/importer.h"

struct XML_ParserStruct;

namespace plumbline::analytics {

// Reads XES (IEEE 1849-2016) by its elements log, trace and event and the standard keys
// concept:name, time:timestamp, org:resource, lifecycle:transition, and start_timestamp, a custom
// of many tools. Globals, classifiers, extensions and nested attributes are passed over.
// Declarations of XML entities and a depth over 100 are refused.
class XesImporter final : public Importer {
 public:
  // `unnamed`: what a trace without a name is called before its number.
  XesImporter(BatchSink sink, std::string unnamed);
  ~XesImporter() override;
  absl::Status Feed(absl::string_view bytes) override;
  absl::StatusOr<ImportSummary> Finish() override;

 private:
  // An event whose values live in strings that are used again and again.
  struct Event {
    std::string activity, resource, transition, time, start;
    int64_t line = 0;
  };

  // Bytes that held_ takes, near enough.
  static size_t BytesOf(const Event& event);
  absl::Status Parse(bool last);
  absl::Status Broken() const;
  void Fail(absl::Status error);
  int64_t line() const;

  void StartElement(const char* name, const char** attributes);
  void EndElement();
  void StartTop(absl::string_view name);
  void ReadEventAttribute(const char** attributes);
  void EndEvent();
  void EndTrace();
  // Gives an event of the trace, whose case id is known by now, to the collector.
  void Collect(const Event& event);
  void NameTrace();

  Collector collector_;
  const std::string unnamed_;
  std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> parser_;
  std::string pending_;     // bytes not yet parsed
  int64_t fed_ = 0;         // bytes parsed
  int64_t element_at_ = 0;  // where the last element began or ended
  absl::Status error_;
  int depth_ = 0;
  bool in_trace_ = false, in_event_ = false;
  int64_t traces_ = 0;
  std::string case_id_;  // of the trace; empty while it has no name
  Event event_;
  std::vector<Event> held_;  // of a trace that has no name yet
  size_t held_bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XES_IMPORTER_H_
