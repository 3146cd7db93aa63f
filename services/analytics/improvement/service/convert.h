// SPDX-License-Identifier: Apache-2.0
//
// ImprovementService: requests and kept projects to what is computed, figures to messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "plumbline/analytics/stored/v1/improvement.pb.h"
#include "plumbline/analytics/v1/improvement.pb.h"
#include "services/analytics/charting/measures.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/improvement/adjust.h"
#include "services/analytics/improvement/baseline.h"
#include "services/analytics/improvement/service/rules.h"
#include "services/analytics/improvement/service/store.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// The same bytes for the same message, whatever the order of a map in memory.
std::string DeterministicBytes(const google::protobuf::Message& message);

// "workspaces/{w}/improvements/{i}"; FIELD_INVALID of `field`.
absl::StatusOr<ImprovementKey> ToImprovementKey(absl::string_view field, absl::string_view name);
// The fields of `mask`, all of them where it is empty. FIELD_INVALID.
absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask);

// Seconds, a share or a count; nullopt where none is set.
std::optional<double> ToNumber(const v1::ImprovementAmount& amount);
// "time", "share" or "per_case": what an amount is given in, and a measure counted in; nullptr for
// none.
const char* AmountFieldOf(const v1::ImprovementAmount& amount);
const char* AmountFieldOf(v1::QualityMeasure::Kind kind);

// A project whose state is STATE_MEASURE at least, or is about to be, as it is computed with.
struct ImprovementSpec {
  LogKey log;
  Selection selection;
  MeasureSpec measure;
  improvement::Options options;
  improvement::Unit unit;
  improvement::BaselineWindow window;
  improvement::CountedBy counted_by = improvement::CountedBy::kBegin;
};
// FIELD_INVALID, though CheckImprovement has found nothing: never.
absl::StatusOr<ImprovementSpec> ToSpec(const v1::Improvement& improvement);

FrozenBaseline ToFrozen(const improvement::Baseline& baseline, bool marked, absl::Time now);
improvement::Side ToSide(const stored::v1::StoredBaseline& baseline);
std::vector<improvement::Mix> ToMixes(const stored::v1::StoredBaseline& baseline);
// Whether the amount of a measure of this kind is a time.
bool IsTime(v1::QualityMeasure::Kind kind);

void ToProto(const improvement::Figures& figures, v1::ImprovementFigures* answer);
void ToProto(const improvement::Comparison& comparison, v1::ImprovementComparison* answer);
void ToProto(const improvement::MixChange& change, v1::ImprovementMix* answer);
void ToProto(const improvement::Adjusted& adjusted, v1::ImprovementAdjusted* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_CONVERT_H_
