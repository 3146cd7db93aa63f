// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/importing.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <ostream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/event_data.h"
#include "clients/cli/progress_line.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"

namespace plumbline::cli {

namespace pb = analytics::v1;

namespace {

constexpr size_t kChunk = 1 << 20;
constexpr absl::Duration kImportTimeout = absl::Minutes(10);

bool IsAboutTheFile(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  return reason == base::Reason::ERROR_REASON_IMPORT_FORMAT ||
         reason == base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING ||
         reason == base::Reason::ERROR_REASON_IMPORT_EMPTY;
}

// "12 of 340 MiB"; the size is told where it is known.
std::string Progress(int64_t bytes, int64_t size) {
  return absl::StrCat("sent ", Count(bytes >> 20), size > 0 ? " of " : "",
                      size > 0 ? Count((size + (1 << 20) - 1) >> 20) : "", " MiB");
}

// How many bytes the service has of an upload already; 0 if it never began.
absl::StatusOr<int64_t> ReceivedBytes(Session& session, const pb::ImportHeader& header) {
  if (header.upload_id().empty()) return 0;
  pb::GetUploadRequest request;
  request.set_parent(header.parent());
  request.set_upload_id(header.upload_id());
  pb::GetUploadResponse response;
  const absl::Status status = session.Call(kEventData, "GetUpload", request, &response);
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) return 0;
  RETURN_IF_ERROR(status);
  return response.received_bytes();
}

// "complete (164,506), start (71,413)".
std::string TransitionsOf(const pb::ImportEventLogResponse& response) {
  std::vector<std::string> texts;
  for (const auto& one : response.transitions())
    texts.push_back(absl::StrCat(Printable(one.transition()), " (", Count(one.count()), ")"));
  return absl::StrJoin(texts, ", ");
}

// "  columns: case 'id', activity 'step', time 'at'".
std::string ColumnsOf(const pb::CsvMapping& csv) {
  std::string text = absl::StrCat("  columns: case '", csv.case_column(), "', activity '",
                                  csv.activity_column(), "', time '", csv.time_column(), "'");
  const auto optional = [&](const char* what, const std::string& column) {
    if (!column.empty() && column != "-") absl::StrAppend(&text, ", ", what, " '", column, "'");
  };
  optional("start", csv.start_time_column());
  optional("resource", csv.resource_column());
  optional("transition", csv.transition_column());
  return text;
}

}  // namespace

absl::Status ImportText(Session& session, const pb::ImportHeader& header,
                        const std::function<absl::Status(const Feed&)>& produce,
                        pb::ImportEventLogResponse* response) {
  ASSIGN_OR_RETURN(rpc::Channel * channel, session.channel());
  rpc::CallContext context = session.Context();
  context.deadline = std::max(context.deadline, session.clock().Now() + kImportTimeout);
  ASSIGN_OR_RETURN(auto stream,
                   channel->WriteStream(context, absl::StrCat(kAnalytics, "ImportEventLog")));
  pb::ImportEventLogRequest request;
  *request.mutable_header() = header;
  if (request.header().request_id().empty())
    request.mutable_header()->set_request_id(base::NewUuid());
  bool open = stream->Write(request);
  const Feed feed = [&](absl::string_view text) {
    for (size_t at = 0; open && at < text.size(); at += kChunk) {
      request.set_chunk(std::string(text.substr(at, kChunk)));
      open = stream->Write(request);
    }
    // The server ended the call: Finish says why.
    return open ? absl::OkStatus() : absl::CancelledError();
  };
  const absl::Status produced = produce(feed);
  if (!produced.ok() && open) {
    // What could not be read must not become half an import: the call is dropped with its context.
    *context.cancelled = true;
    return produced;
  }
  return stream->Finish(response);
}

absl::Status ImportFile(Session& session, const std::string& path, const pb::ImportHeader& header,
                        pb::ImportEventLogResponse* response) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file)
      return base::FieldError("FILE",
                              absl::StrCat("'", path, "' cannot be opened; check the path"));
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::error_code no_size;
  const int64_t size =
      path == "-" ? 0 : static_cast<int64_t>(std::filesystem::file_size(path, no_size));
  ASSIGN_OR_RETURN(const int64_t received, ReceivedBytes(session, header));
  pb::ImportHeader from_there = header;
  from_there.set_upload_offset(received);
  ProgressLine progress(session.err());
  const absl::Status status = ImportText(
      session, from_there,
      [&](const Feed& feed) -> absl::Status {
        std::vector<char> buffer(kChunk);
        if (received > 0) {
          in.ignore(received);  // standard input has no other way
          if (in.gcount() < received)
            return base::FieldError("FILE",
                                    absl::StrCat("'", path, "' is shorter than the ", received,
                                                 " bytes that were sent before; name the "
                                                 "same file, or another --upload"));
        }
        for (int64_t sent = received; in;) {
          in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
          RETURN_IF_ERROR(feed(absl::string_view(buffer.data(), static_cast<size_t>(in.gcount()))));
          sent += in.gcount();
          progress.Show(Progress(sent, no_size ? 0 : size));
        }
        if (in.bad() || !in.eof())
          return base::FieldError("FILE",
                                  absl::StrCat("'", path, "' cannot be read; is it a folder?"));
        return absl::OkStatus();
      },
      response);
  progress.Clear();
  // Whatever file was named before, this is the one.
  session.wording().InFile(IsAboutTheFile(status) && path != "-" ? path : "", "", "");
  return status;
}

std::string LogIdOf(absl::string_view path) {
  std::string name(
      path.substr(path.rfind('/') == absl::string_view::npos ? 0 : path.rfind('/') + 1));
  for (const char* ending : {".gz", ".zst", ".csv", ".xes", ".jsonocel", ".json", ".xml", ".txt"}) {
    if (absl::EndsWithIgnoreCase(name, ending))
      name.resize(name.size() - std::string(ending).size());
  }
  std::string id;
  for (char c : name) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      id.push_back(c);
    else if (!id.empty() && id.back() != '-')
      id.push_back('-');
  }
  if (id.empty() || !(id[0] >= 'a' && id[0] <= 'z')) id = absl::StrCat("log-", id);
  id = id.substr(0, base::kMaxIdLength);
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

void PrintImport(Session& session, const pb::ImportEventLogResponse& response) {
  const auto tell = [&](absl::string_view text, size_t hanging = 4) {
    session.out() << Wrap(text, session.paper().width, hanging) << '\n';
  };
  const double seconds = Seconds(response.elapsed());
  session.out() << session.ShortName(response.event_log().name()) << ": "
                << Number(response.event_count(), "event", "events") << " of "
                << Number(response.event_log().case_count(), "case", "cases") << " from "
                << response.format() << " in " << Span(seconds) << '\n';
  if (response.format() == "csv") {
    const auto& csv = response.csv();
    tell(ColumnsOf(csv));
    tell(absl::StrCat("  times read as ", TimeFormatWords(csv.time_format()),
                      ", those that name no zone in ", csv.time_zone()));
  }
  if (!response.ocel().object_type().empty())
    session.out() << "  cases are the objects of the type '" << response.ocel().object_type()
                  << "'\n";
  if (!response.attributes().empty())
    tell(Printable(absl::StrCat("  attributes: ", absl::StrJoin(response.attributes(), ", "))));
  if (!response.transitions().empty())
    tell(absl::StrCat("  life-cycle transitions: ", TransitionsOf(response)));
  if (!response.ignored_attributes().empty()) {
    const auto& left = response.ignored_attributes();
    std::vector<std::string> shown(left.begin(), left.begin() + std::min(left.size(), 8));
    tell(Printable(absl::StrCat("  not kept: ", absl::StrJoin(shown, ", "),
                                left.size() > 8 ? ", ..." : "",
                                " (--attribute NAME keeps one, --attribute '*' all)")));
  }
  for (const std::string& sentence : ImportNotes(response, "import again with --replace"))
    tell(absl::StrCat("  ", sentence));
  for (const auto& dropped : response.dropped()) {
    tell(absl::StrCat("  dropped ", Count(dropped.count()), ": ", dropped.reason()));
    for (const std::string& sample : dropped.samples())
      session.out() << "    " << Printable(sample) << '\n';
  }
}

}  // namespace plumbline::cli
