// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/export/log_writer.h"
#include "services/analytics/export/row_walk.h"
#include "services/analytics/ingest/attribute_text.h"
#include "services/analytics/ingest/csv_reader.h"
#include "services/analytics/log/event_ids.h"

namespace plumbline::analytics {
namespace {

constexpr int kRowsAtOnce = 1'000;
// Rows between two looks at whether anybody still waits.
constexpr int64_t kAskEvery = 10'000;
constexpr absl::string_view kNames[] = {"case:concept:name", "concept:name", "time:timestamp",
                                        "start_timestamp",   "org:resource", "lifecycle:transition",
                                        kEventIdKey};

// The key of an attribute, and whether its column says that it holds texts.
using Column = std::pair<uint32_t, bool>;

// Whether the value would not be read as what it is without that.
bool NeedsText(const AttributeValue& value, absl::string_view key) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return false;
  return absl::EndsWith(key, kTextColumn) ||
         !std::holds_alternative<std::string>(ValueOfText(*text));
}

// A text without any character cannot be told from none.
bool IsNothing(const AttributeValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && text->empty();
}

void AppendField(absl::string_view text, std::string* out) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) {
    out->append(text.data(), text.size());
    return;
  }
  out->push_back('"');
  for (const char c : text) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

class CsvLogWriter final : public LogWriter {
 public:
  explicit CsvLogWriter(LogToWrite log)
      : log_(std::move(log.log)),
        selected_(std::move(log.selected)),
        id_key_(log_->FindAttributeKey(kEventIdKey)) {}

  // Before the first piece.
  absl::Status FindColumns(KeepOn keep_on);
  size_t columns() const { return std::size(kNames) + columns_.size(); }

  bool Next(std::string* out) override {
    if (!header_written_) {
      header_written_ = true;
      WriteHeader(out);
      return true;
    }
    int rows = 0;
    for (; rows < kRowsAtOnce && walk_.Next(); ++rows) WriteRow(out);
    return rows > 0;
  }

  int64_t events() const override { return walk_.rows(); }
  int64_t cases() const override { return walk_.cases(); }

 private:
  bool IsId(const EventAttribute& attribute) const {
    return attribute.key == id_key_ && std::holds_alternative<std::string>(attribute.value);
  }
  void OrderColumns(const std::map<Column, size_t>& most);
  void WriteHeader(std::string* out) const;
  void WriteRow(std::string* out);
  void WriteAttributes(std::string* out);

  const std::shared_ptr<const LogSnapshot> log_;
  const std::optional<Selected> selected_;
  const uint32_t id_key_;
  RowWalk walk_{*log_, selected_};
  bool header_written_ = false;
  std::vector<Column> columns_;            // of attributes; one twice where a row has it twice
  std::map<Column, size_t> first_column_;  // place in columns_
  std::vector<const EventAttribute*> row_attributes_;  // by column
};

absl::Status CsvLogWriter::FindColumns(KeepOn keep_on) {
  std::map<Column, size_t> most, here;
  RowWalk walk(*log_, selected_);
  while (walk.Next()) {
    if (walk.rows() % kAskEvery == 0) RETURN_IF_ERROR(keep_on());
    here.clear();
    for (const EventAttribute& attribute : walk.attributes()) {
      if (IsNothing(attribute.value)) continue;
      const Column column{attribute.key,
                          NeedsText(attribute.value, log_->attribute_keys[attribute.key])};
      // The first id of an event has a column of its own.
      if (IsId(attribute) && here[{attribute.key, true}]++ == 0) continue;
      size_t& count = IsId(attribute) ? here[{attribute.key, true}] : ++here[column];
      most[column] = std::max(most[column], IsId(attribute) ? count - 1 : count);
    }
  }
  OrderColumns(most);
  return absl::OkStatus();
}

void CsvLogWriter::OrderColumns(const std::map<Column, size_t>& most) {
  std::vector<Column> order;
  for (const auto& [column, count] : most) order.push_back(column);
  std::sort(order.begin(), order.end(), [this](const Column& a, const Column& b) {
    const std::string &x = log_->attribute_keys[a.first], &y = log_->attribute_keys[b.first];
    return x != y ? x < y : a.second < b.second;
  });
  for (const Column& column : order) {
    first_column_[column] = columns_.size();
    columns_.insert(columns_.end(), most.at(column), column);
  }
}

void CsvLogWriter::WriteHeader(std::string* out) const {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (i > 0) out->push_back(',');
    out->append(kNames[i].data(), kNames[i].size());
  }
  for (const auto& [key, text] : columns_) {
    out->push_back(',');
    AppendField(absl::StrCat(log_->attribute_keys[key], text ? kTextColumn : ""), out);
  }
  out->push_back('\n');
}

void CsvLogWriter::WriteRow(std::string* out) {
  const LogSnapshot& log = *log_;
  const uint32_t row = walk_.row();
  AppendField(log.cases[walk_.case_number()], out);
  out->push_back(',');
  AppendField(log.activities[log.activity[row]], out);
  out->push_back(',');
  AppendTime(log.time[row], out);
  out->push_back(',');
  if (!log.start.empty() && log.start[row] != kNoTime) AppendTime(log.start[row], out);
  out->push_back(',');
  if (const uint32_t id = log.ResourceOf(row); id != kNoText) AppendField(log.resources[id], out);
  out->push_back(',');
  if (const uint32_t id = log.TransitionOf(row); id != kNoText)
    AppendField(log.transitions[id], out);
  out->push_back(',');
  WriteAttributes(out);
  out->push_back('\n');
}

void CsvLogWriter::WriteAttributes(std::string* out) {
  row_attributes_.assign(columns_.size(), nullptr);
  bool id_written = false;
  for (const EventAttribute& one : walk_.attributes()) {
    if (IsNothing(one.value)) continue;
    if (IsId(one) && !std::exchange(id_written, true)) {
      AppendField(std::get<std::string>(one.value), out);
      continue;
    }
    size_t at = first_column_.at({one.key, NeedsText(one.value, log_->attribute_keys[one.key])});
    while (row_attributes_[at] != nullptr) ++at;
    row_attributes_[at] = &one;
  }
  for (const EventAttribute* one : row_attributes_) {
    out->push_back(',');
    if (one != nullptr) AppendField(TextOfValue(one->value), out);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogWriter>> NewCsvLogWriter(LogToWrite log, KeepOn keep_on) {
  auto writer = std::make_unique<CsvLogWriter>(std::move(log));
  RETURN_IF_ERROR(writer->FindColumns(keep_on));
  if (writer->columns() <= kMaxFields) return writer;
  return base::FieldError(
      "format", absl::StrCat("is CSV, but the attributes of the log need ", writer->columns(),
                             " columns; at most ", kMaxFields, " can be read again. Take XES"));
}

}  // namespace plumbline::analytics
