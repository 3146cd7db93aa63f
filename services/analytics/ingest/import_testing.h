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

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/attribute_text.h"
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
  std::vector<std::string> attributes;  // "ROW KEY TYPE TEXT" of each
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

// "0 amount int 5".
inline void AppendAttributes(const EventBatch& batch, size_t rows_before,
                             std::vector<std::string>* attributes) {
  constexpr const char* kTypes[] = {"text", "int", "double", "bool", "time"};
  for (const EventAttribute& one : batch.attributes) {
    attributes->push_back(absl::StrCat(rows_before + one.row, " ", batch.attribute_keys[one.key],
                                       " ", kTypes[one.value.index()], " ",
                                       TextOfValue(one.value)));
  }
}

// Imports `file`, fed in pieces of `piece` bytes.
template <typename Options = CsvOptions>
inline absl::StatusOr<Imported> ImportAll(absl::string_view file, const Options& options = {},
                                          size_t piece = 1 << 20) {
  Imported result;
  auto sink = [&](EventBatch batch) {
    ++result.batches;
    AppendAttributes(batch, result.events.size(), &result.attributes);
    AppendEvents(batch, &result.events);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(auto importer, NewImporter(options, sink));
  for (size_t at = 0; at < file.size(); at += piece)
    RETURN_IF_ERROR(importer->Feed(file.substr(at, piece)));
  ASSIGN_OR_RETURN(result.summary, importer->Finish());
  return result;
}

// With a byte order mark.
inline std::string Utf16(absl::string_view ascii, bool big_endian) {
  std::string result = big_endian ? "\xfe\xff" : "\xff\xfe";
  for (char c : ascii) {
    if (big_endian) result.push_back('\0');
    result.push_back(c);
    if (!big_endian) result.push_back('\0');
  }
  return result;
}

inline std::string Xes(absl::string_view body) {
  return absl::StrCat("<?xml version='1.0'?>\n<log>\n", body, "</log>\n");
}

inline std::string XesEvent(absl::string_view name, absl::string_view time) {
  return absl::StrCat("<event><string key='concept:name' value='", name,
                      "'/><date key='time:timestamp' value='", time, "'/></event>");
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
