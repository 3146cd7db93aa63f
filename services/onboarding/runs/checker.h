// SPDX-License-Identifier: Apache-2.0
//
// What the functions of convert.h share: all that is wrong with a request is collected. Not for use
// outside of them.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_CHECKER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_CHECKER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {

inline constexpr int kMaxListed = 100;

// Collects what is wrong with a request.
class Checker {
 public:
  void Wrong(absl::string_view field, absl::string_view description) {
    violations_.push_back({std::string(field), std::string(description)});
  }

  // Adds what another check found wrong.
  void Add(const absl::Status& status) {
    for (base::FieldViolation& one : base::FieldViolationsOf(status)) {
      violations_.push_back(std::move(one));
    }
  }

  // Unicode characters, as people count them.
  void Length(absl::string_view field, absl::string_view text, size_t least, size_t most) {
    size_t characters = 0;
    for (char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (characters < least) {
      Wrong(field, absl::StrCat("is empty; give ", least, " to ", most, " characters"));
    } else if (characters > most) {
      Wrong(field, absl::StrCat("has ", characters, " characters; shorten it to ", most));
    }
  }

  void Id(absl::string_view field, absl::string_view id) { Add(base::CheckId(field, id)); }

  void RequestId(absl::string_view id) { Length("request_id", id, 0, 128); }

  template <typename Request>
  std::optional<absl::Time> OccurTime(const Request& request) {
    if (!request.has_occur_time()) return std::nullopt;
    const auto& time = request.occur_time();
    constexpr int64_t kYear1 = -62'135'596'800;
    constexpr int64_t kYear10000 = 253'402'300'800;
    if (time.seconds() < kYear1 || time.seconds() >= kYear10000 || time.nanos() < 0 ||
        time.nanos() > 999'999'999) {
      Wrong("occur_time", "is no time between the years 0001 and 9999");
      return std::nullopt;
    }
    return FromTimestamp(time);
  }

  // At most 100 texts.
  template <typename Repeated>
  std::vector<std::string> List(absl::string_view field, const Repeated& texts) {
    if (texts.size() > kMaxListed) {
      Wrong(field, absl::StrCat("has ", texts.size(), " entries; at most ", kMaxListed));
    }
    return {texts.begin(), texts.end()};
  }

  // At most 64; what the process takes is checked with its plan.
  template <typename Map>
  flow::AttributeValues Attributes(absl::string_view field, const Map& values) {
    if (values.size() > flow::kMaxAttributes) {
      Wrong(field, absl::StrCat("has ", values.size(), " entries; at most ", flow::kMaxAttributes));
      return {};
    }
    return {values.begin(), values.end()};
  }

  absl::Status status() const { return base::FieldErrors(violations_); }

 private:
  std::vector<base::FieldViolation> violations_;
};

// Adds the violations of a part, or gives its value.
template <typename T>
T Take(Checker& check, absl::StatusOr<T> part) {
  if (part.ok()) return *std::move(part);
  check.Add(part.status());
  return T();
}

template <typename Request>
void TakeCommon(Checker& check, const Request& request, ChangeCommand* command) {
  command->occur_time = check.OccurTime(request);
  check.RequestId(request.request_id());
  command->validate_only = request.validate_only();
}

// The parts that every change of a task has.
template <typename Request>
ChangeCommand TaskCommand(Checker& check, const Request& request) {
  ChangeCommand command;
  command.target = Take(check, ParseTask("name", request.name()));
  TakeCommon(check, request, &command);
  return command;
}

// The parts that every change of an on-boarding as a whole has.
template <typename Request>
ChangeCommand OnboardingCommand(Checker& check, const Request& request) {
  ChangeCommand command;
  command.target = Take(check, ParseOnboarding("name", request.name()));
  TakeCommon(check, request, &command);
  return command;
}

inline absl::StatusOr<ChangeCommand> Checked(const Checker& check, ChangeCommand command) {
  RETURN_IF_ERROR(check.status());
  return command;
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_CHECKER_H_
