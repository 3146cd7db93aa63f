// SPDX-License-Identifier: Apache-2.0
//
// For tests of importers: a whole file at once, and events as plain structs.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORT_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORT_TESTING_H_

#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {

struct PlainEvent {
  std::string case_id, activity, resource, transition;
  int64_t time = 0, start = kNoTime;
  auto operator<=>(const PlainEvent&) const = default;
};

struct Imported {
  ImportSummary summary;
  std::vector<PlainEvent> events;
  size_t batches = 0;
};

inline void AppendEvents(const EventBatch& batch, std::vector<PlainEvent>* events) {
  for (size_t i = 0; i < batch.size(); ++i) {
    auto text = [](const Dictionary& dictionary, uint32_t id) {
      return id == kNoText ? std::string() : std::string(dictionary[id]);
    };
    events->push_back(
        {text(batch.cases, batch.case_id[i]), text(batch.activities, batch.activity[i]),
         text(batch.resources, batch.resource[i]), text(batch.transitions, batch.transition[i]),
         batch.time[i], batch.start.empty() ? kNoTime : batch.start[i]});
  }
}

// Imports `file`, fed in pieces of `piece` bytes.
inline absl::StatusOr<Imported> ImportAll(absl::string_view file, const CsvOptions& options = {},
                                          size_t piece = 1 << 20) {
  Imported result;
  auto sink = [&](EventBatch batch) {
    ++result.batches;
    AppendEvents(batch, &result.events);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(auto importer, NewImporter(options, sink));
  for (size_t at = 0; at < file.size(); at += piece)
    RETURN_IF_ERROR(importer->Feed(file.substr(at, piece)));
  ASSIGN_OR_RETURN(result.summary, importer->Finish());
  return result;
}

// One gzip member.
inline std::string Gzip(absl::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORT_TESTING_H_
