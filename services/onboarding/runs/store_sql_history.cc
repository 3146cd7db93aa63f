// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql_history.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding {
namespace {

// Rows that one statement writes at most.
constexpr size_t kRowsAtOnce = 8;

// One statement for `count` rows: ":sequence0", ":body0", ":sequence1", ...
std::string HistoryText(size_t count) {
  std::string text =
      "INSERT INTO history (position, workspace, onboarding, sequence, body) VALUES ";
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", "({position}, :workspace, :onboarding, :sequence", i,
                    ", :body", i, ")");
  }
  return text;
}

struct HistoryStatement {
  std::string text;
  std::vector<std::string> sequences;  // names of parameters, by row
  std::vector<std::string> bodies;
};

const HistoryStatement& StatementFor(size_t count) {
  static const auto& kStatements = *new std::vector<HistoryStatement>([] {
    std::vector<HistoryStatement> statements(kRowsAtOnce + 1);
    for (size_t rows = 1; rows <= kRowsAtOnce; ++rows) {
      statements[rows].text = HistoryText(rows);
      for (size_t i = 0; i < rows; ++i) {
        statements[rows].sequences.push_back(absl::StrCat("sequence", i));
        statements[rows].bodies.push_back(absl::StrCat("body", i));
      }
    }
    return statements;
  }());
  return kStatements[count];
}

}  // namespace

std::vector<std::string> Bodies(const Entries& entries) {
  std::vector<std::string> bodies;
  bodies.reserve(entries.size());
  for (const HistoryEntry& entry : entries) bodies.push_back(ToProto(entry).SerializeAsString());
  return bodies;
}

absl::Status InsertHistory(sql::Transaction& tx, const Spec& spec, const Entries& entries,
                           const std::vector<std::string>& bodies) {
  for (size_t first = 0; first < entries.size(); first += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, entries.size() - first);
    const HistoryStatement& statement = StatementFor(count);
    std::vector<sql::Param> params = {{"workspace", spec.workspace}, {"onboarding", spec.id}};
    for (size_t i = 0; i < count; ++i) {
      params.push_back({statement.sequences[i], entries[first + i].sequence});
      params.push_back({statement.bodies[i], sql::Bytes{bodies[first + i]}});
    }
    RETURN_IF_ERROR(tx.Post(statement.text, absl::MakeConstSpan(params)));
  }
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
