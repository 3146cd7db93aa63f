// SPDX-License-Identifier: Apache-2.0
//
// What every command works with: the connection, the workspace, and where output goes.
#ifndef PLUMBLINE_CLIENTS_CLI_SESSION_H_
#define PLUMBLINE_CLIENTS_CLI_SESSION_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/terminal.h"
#include "clients/cli/wording.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "google/protobuf/message.h"

namespace plumbline::cli {

inline constexpr char kCalendars[] = "/plumbline.catalog.v1.CalendarService/";
inline constexpr char kCatalog[] = "/plumbline.catalog.v1.CatalogService/";
inline constexpr char kUtilities[] = "/plumbline.catalog.v1.UtilityService/";
inline constexpr char kSteps[] = "/plumbline.catalog.v1.StepService/";
inline constexpr char kOnboarding[] = "/plumbline.onboarding.v1.OnboardingService/";
inline constexpr char kPlans[] = "/plumbline.onboarding.v1.PlanService/";
inline constexpr char kPeople[] = "/plumbline.onboarding.v1.PeopleService/";
inline constexpr char kImpediments[] = "/plumbline.onboarding.v1.ImpedimentService/";
inline constexpr char kEscalation[] = "/plumbline.onboarding.v1.EscalationService/";
inline constexpr char kRamp[] = "/plumbline.onboarding.v1.RampService/";
inline constexpr char kAnalytics[] = "/plumbline.analytics.v1.AnalyticsService/";

// Options that every command takes.
struct GlobalOptions {
  std::string address = "127.0.0.1:7600";
  std::string workspace = "default";
  bool workspace_given = false;  // by an option or the environment
  std::string token;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  double timeout_seconds = 60;
  bool json = false;
};

// Used by one thread, but for Call: by several at once, after channel().
class Session {
 public:
  // `paper` gets results, `err` progress and errors; both streams outlive the session.
  Session(const GlobalOptions& options, const base::Clock& clock, const Paper& paper,
          std::ostream& err);

  // One call with the session's timeout. `method`: kCatalog and the method's name.
  absl::Status Call(absl::string_view service, absl::string_view method,
                    const google::protobuf::Message& request, google::protobuf::Message* response);
  // The channel itself, connected at the first use.
  absl::StatusOr<rpc::Channel*> channel();
  // A context whose deadline is now plus the timeout; or without one (watching).
  rpc::CallContext Context() const;

  // "processes/x" -> "workspaces/{workspace}/processes/x"; a full name stays as it is.
  std::string FullName(absl::string_view name) const;
  // A bare id gets its collection first: FullName("eventLogs", "x") and FullName("eventLogs",
  // "eventLogs/x") are the same.
  std::string FullName(absl::string_view collection, absl::string_view name_or_id) const;
  std::string parent() const;
  // The other way: without "workspaces/{workspace}/".
  std::string ShortName(absl::string_view name) const;

  // Prints a message as JSON, pretty.
  void PrintJson(const google::protobuf::Message& message);
  // One line of JSON.
  void PrintJsonLine(const google::protobuf::Message& message);

  bool json() const { return options_.json; }
  const Paper& paper() const { return paper_; }
  // Times of answers are open hours from now on, of working days that are so many seconds long.
  void CountInWorkingDays(double seconds) { paper_.working_day = seconds; }
  std::ostream& out() { return paper_.out; }
  std::ostream& err() { return err_; }
  // What errors call the fields of the requests that the command makes.
  Wording& wording() { return wording_; }
  const base::Clock& clock() const { return clock_; }
  const GlobalOptions& options() const { return options_; }
  // What may be tried after the error that the command ends with, as HintFor gives it.
  void SetHint(std::string hint) { hint_ = std::move(hint); }
  const std::string& hint() const { return hint_; }
  // How long calls may take from now on.
  void SetTimeout(double seconds) { options_.timeout_seconds = seconds; }
  // Talks to another address from now on (the demo, whose suite picks its port).
  void SetAddress(const std::string& address);
  // Works in another workspace from now on (files that name theirs).
  void SetWorkspace(const std::string& workspace);

 private:
  GlobalOptions options_;
  const base::Clock& clock_;
  Paper paper_;
  std::ostream& err_;
  Wording wording_;
  std::string hint_;
  std::unique_ptr<rpc::Channel> channel_;
};

// What a parsed command line does.
using Action = std::function<absl::Status(Session&)>;

// Reads a whole file; "-" is standard input. FIELD_INVALID (of FILE) names the file.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// "2026-01-05", "2026-01-05T09:00", "2026-01-05T09:00:00Z", "...+01:00"; without a zone it is UTC.
absl::StatusOr<absl::Time> ParseTime(absl::string_view flag, absl::string_view text);

// Sets `out` to the time of a flag, if it was given.
absl::Status SetTime(absl::string_view flag, absl::string_view text,
                     google::protobuf::Message* request, absl::string_view field);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_SESSION_H_
