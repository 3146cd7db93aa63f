// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/time_column.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace plumbline::analytics {

// A majority of so many times that can be read in one order only settles it, whatever comes.
constexpr int64_t kEnough = 100;

TimeColumn::TimeColumn(TimeFormat format, bool certain) : format_(std::move(format)) {
  if (!certain) rival_ = format_.Rival();
}

bool TimeColumn::Read(absl::string_view text, int64_t* micros) {
  const bool read = ReadUncounted(text, micros);
  if (!rival_.has_value()) return read;
  int64_t other;
  if (!rival_->Read(text, &other)) {
    for_ += read;
    if (for_ - against_ >= kEnough) rival_.reset();
  } else if (!read) {
    ++against_;
  } else if (sample_.empty() && other != *micros) {
    sample_ = std::string(absl::StripAsciiWhitespace(text));
    micros_ = *micros;
    other_micros_ = other;
  }
  return read;
}

void TimeColumn::Exchange() {
  std::swap(format_, *rival_);
  std::swap(for_, against_);
  std::swap(micros_, other_micros_);
}

void TimeColumn::Forget() {
  for_ = against_ = 0;
  sample_.clear();
}

void TimeColumn::Follow(DateOrder order) {
  if (format_.order() != order) Exchange();
  for_ = 1;
}

TimeReading TimeColumn::Reading(absl::string_view name) const {
  TimeReading reading{std::string(name), format_.name()};
  if (!InDoubt() || sample_.empty()) return reading;
  reading.other_format = rival_->name();
  reading.sample = sample_;
  reading.sample_micros = micros_;
  reading.other_micros = other_micros_;
  return reading;
}

}  // namespace plumbline::analytics
