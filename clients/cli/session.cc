// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/session.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/json.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/timestamp.pb.h"

namespace plumbline::cli {

Session::Session(const GlobalOptions& options, const base::Clock& clock, const Paper& paper,
                 std::ostream& err)
    : options_(options), clock_(clock), paper_(paper), err_(err), wording_(options.workspace) {}

absl::StatusOr<rpc::Channel*> Session::channel() {
  if (channel_ == nullptr) {
    ASSIGN_OR_RETURN(channel_, rpc::NewRemoteChannel({.address = options_.address,
                                                      .token = options_.token,
                                                      .ca_file = options_.ca_file,
                                                      .certificate_file = options_.certificate_file,
                                                      .key_file = options_.key_file}));
  }
  return channel_.get();
}

void Session::SetAddress(const std::string& address) {
  options_.address = address;
  channel_.reset();
}

void Session::SetWorkspace(const std::string& workspace) {
  options_.workspace = workspace;
  wording_.SetWorkspace(workspace);
}

rpc::CallContext Session::Context() const {
  rpc::CallContext context;
  context.deadline = clock_.Now() + absl::Seconds(options_.timeout_seconds);
  return context;
}

absl::Status Session::Call(absl::string_view service, absl::string_view method,
                           const google::protobuf::Message& request,
                           google::protobuf::Message* response) {
  ASSIGN_OR_RETURN(rpc::Channel * connection, channel());
  RETURN_IF_ERROR(connection->Call(Context(), absl::StrCat(service, method), request, response));
  // What programs read stays in the service's words.
  if (!json() && absl::StartsWith(service, "/plumbline.analytics.")) wording_.Apply(response);
  return absl::OkStatus();
}

std::string Session::parent() const { return absl::StrCat("workspaces/", options_.workspace); }

std::string Session::FullName(absl::string_view name) const {
  return absl::StartsWith(name, "workspaces/") ? std::string(name)
                                               : absl::StrCat(parent(), "/", name);
}

std::string Session::FullName(absl::string_view collection, absl::string_view name_or_id) const {
  if (absl::StartsWith(name_or_id, "workspaces/") ||
      absl::StartsWith(name_or_id, absl::StrCat(collection, "/"))) {
    return FullName(name_or_id);
  }
  return FullName(absl::StrCat(collection, "/", name_or_id));
}

std::string Session::ShortName(absl::string_view name) const {
  return std::string(absl::StripPrefix(name, absl::StrCat(parent(), "/")));
}

void Session::PrintJson(const google::protobuf::Message& message) {
  out() << JsonOf(message, true);
}

void Session::PrintJsonLine(const google::protobuf::Message& message) {
  out() << JsonOf(message, false) << '\n' << std::flush;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return base::FieldError("FILE", absl::StrCat("'", path, "' cannot be opened; check the path"));
  text << file.rdbuf();
  if (file.bad() || text.bad()) {
    return base::FieldError("FILE", absl::StrCat("'", path, "' cannot be read; is it a folder?"));
  }
  return text.str();
}

absl::StatusOr<absl::Time> ParseTime(absl::string_view flag, absl::string_view text) {
  absl::Time time;
  std::string why;
  for (const char* format : {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d%ET%H:%M%Ez",
                             "%Y-%m-%d%ET%H:%M:%E*S", "%Y-%m-%d%ET%H:%M", "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, &time, &why)) return time;
  }
  return base::FieldError(flag,
                          absl::StrCat("'", text,
                                       "' is not a time; write 2026-01-31, 2026-01-31T09:00 or "
                                       "2026-01-31T09:00:00+01:00"));
}

absl::Status SetTime(absl::string_view flag, absl::string_view text,
                     google::protobuf::Message* request, absl::string_view field) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::Time time, ParseTime(flag, text));
  const auto* descriptor = request->GetDescriptor()->FindFieldByName(std::string(field));
  auto* out = static_cast<google::protobuf::Timestamp*>(
      request->GetReflection()->MutableMessage(request, descriptor));
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  return absl::OkStatus();
}

}  // namespace plumbline::cli
