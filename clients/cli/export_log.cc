// SPDX-License-Identifier: Apache-2.0
//
// export log: an event log as a file that import takes back.
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/event_data.h"
#include "clients/cli/help.h"
#include "clients/cli/progress_line.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;
namespace pb = analytics::v1;

constexpr absl::Duration kExportTimeout = absl::Minutes(10);

struct Options {
  std::string log, output, format;
  SelectionFlags selection;
};

absl::Status CannotWrite(const std::string& path) {
  return base::FieldError("--output", absl::StrCat("'", path,
                                                   "' cannot be written; name a file in a folder "
                                                   "that you may write to"));
}

absl::StatusOr<pb::ExportSummary> Receive(Session& session,
                                          const pb::ExportEventLogRequest& request,
                                          std::ostream& out) {
  ASSIGN_OR_RETURN(rpc::Channel * channel, session.channel());
  rpc::CallContext context = session.Context();
  context.deadline = std::max(context.deadline, session.clock().Now() + kExportTimeout);
  pb::ExportSummary summary;
  int64_t bytes = 0;
  ProgressLine progress(session.err());
  const absl::Status status = channel->ReadStream(
      context, absl::StrCat(kEventData, "ExportEventLog"), request,
      pb::ExportEventLogResponse::default_instance(),
      [&](const google::protobuf::Message& message) {
        const auto& piece = static_cast<const pb::ExportEventLogResponse&>(message);
        out << piece.chunk();
        bytes += static_cast<int64_t>(piece.chunk().size());
        if (piece.has_summary()) summary = piece.summary();
        progress.Show(absl::StrCat(Count(bytes >> 20), " MiB"));
        return out.good();
      });
  RETURN_IF_ERROR(status);
  // An end without a summary is that of a file that could not be written.
  if (out.good() && summary.byte_count() == bytes) return summary;
  return absl::DataLossError("");
}

std::string FormatOf(const Options& options) {
  if (!options.format.empty()) return options.format;
  return absl::EndsWithIgnoreCase(options.output, ".xes") ? "xes" : "csv";
}

absl::Status ExportLog(Session& session, const Options& options) {
  session.wording().Call({{"name", "LOG"}, {"format", "--format"}});
  pb::ExportEventLogRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_format(FormatOf(options) == "xes" ? pb::ExportEventLogRequest::FORMAT_XES
                                                : pb::ExportEventLogRequest::FORMAT_CSV);
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  if (options.output.empty()) {
    if (session.json())
      return base::FieldError("--output", "is missing; with --json, the file goes to a file");
    ASSIGN_OR_RETURN(const pb::ExportSummary summary, Receive(session, request, session.out()));
    PrintSelection(summary.selection(), Paper{session.err()});  // the file is on standard output
    return absl::OkStatus();
  }
  // What is there stays until the new one is whole.
  const std::string part = options.output + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) return CannotWrite(options.output);
  absl::StatusOr<pb::ExportSummary> summary = Receive(session, request, file);
  file.close();
  std::error_code error;
  if (summary.ok() && file.good()) fs::rename(part, options.output, error);
  if (!summary.ok() || !file.good() || error) {
    std::error_code ignored;
    fs::remove(part, ignored);
    if (summary.ok() || absl::IsDataLoss(summary.status())) return CannotWrite(options.output);
    return summary.status();
  }
  if (session.json()) {
    session.PrintJson(*summary);
    return absl::OkStatus();
  }
  PrintSelection(summary->selection(), session.paper());
  session.out() << options.output << ": " << Number(summary->event_count(), "event", "events")
                << " of " << Number(summary->case_count(), "case", "cases") << ", "
                << Count(summary->byte_count()) << " bytes\n";
  if (summary->replaced_character_count() > 0) {
    session.out() << "  " << Number(summary->replaced_character_count(), "character", "characters")
                  << " that XML cannot hold became U+FFFD; csv holds all\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddExportLog(args::Command& command, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* log = command.add_subcommand(
      "log",
      "Write an event log, or some of its cases, with all attributes, as a file that import takes "
      "back");
  log->add_option("LOG", options->log, "Id of the log")->required();
  Takes(log->add_option("-o,-d,--output", options->output,
                        "File to write, at once and only if all goes well (default: standard "
                        "output)"),
        "FILE");
  Takes(log->add_option("--format", options->format,
                        "csv or xes (default: by the name of the file; csv)"),
        "FORMAT")
      ->check(args::IsMember({"csv", "xes"}));
  AddSelectionFlags(*log, &options->selection);
  AddExamples(*log, {{"plumbline export log claims -o claims.xes", ""},
                     {"plumbline export log claims --filter 'duration > 30d' -o slow.csv",
                      "only the slow cases"},
                     {"plumbline export log claims | gzip > claims.csv.gz",
                      "and back: plumbline import claims.csv.gz --attribute '*'"}});
  log->callback([=] { *action = [=](Session& s) { return ExportLog(s, *options); }; });
}

}  // namespace plumbline::cli
