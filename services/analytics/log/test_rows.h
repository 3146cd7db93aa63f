// SPDX-License-Identifier: Apache-2.0
//
// For tests: logs written as rows.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_TEST_ROWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_TEST_ROWS_H_

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

struct TestRow {
  std::string case_id, activity;
  int64_t time = 0;  // microseconds
  std::string transition = "";
  int64_t start = kNoTime;
  std::string resource = "";
  std::vector<std::pair<std::string, AttributeValue>> attributes = {};
};

inline uint32_t InternOrNone(const std::string& text, Dictionary& dictionary) {
  return text.empty() ? kNoText : dictionary.Intern(text);
}

inline EventBatch MakeBatch(std::span<const TestRow> rows) {
  EventBatch batch;
  bool has_start = false;
  for (const TestRow& row : rows) {
    for (const auto& [key, value] : row.attributes) {
      batch.attributes.push_back(
          {static_cast<uint32_t>(batch.size()), batch.attribute_keys.Intern(key), value});
    }
    batch.case_id.push_back(batch.cases.Intern(row.case_id));
    batch.activity.push_back(batch.activities.Intern(row.activity));
    batch.transition.push_back(InternOrNone(row.transition, batch.transitions));
    batch.resource.push_back(InternOrNone(row.resource, batch.resources));
    batch.time.push_back(row.time);
    batch.start.push_back(row.start);
    has_start |= row.start != kNoTime;
  }
  if (!has_start) batch.start.clear();
  return batch;
}

inline std::shared_ptr<const LogSnapshot> MakeLog(std::span<const TestRow> rows) {
  EventLogBuilder builder;
  builder.Append(MakeBatch(rows));
  return builder.Snapshot();
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_TEST_ROWS_H_
