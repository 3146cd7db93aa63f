// SPDX-License-Identifier: Apache-2.0
//
// events send: lines to a log as they come, each once, whatever breaks off in between.
#include <algorithm>
#include <deque>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/event_data.h"
#include "clients/cli/event_lines.h"
#include "clients/cli/help.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/progress_line.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr absl::Duration kPause = absl::Seconds(1);  // before a stream is opened again

struct Options {
  std::string log, file = "-", producer;
  int batch = 1'000;
  bool new_lines = false, into_kept = false;
};

struct Totals {
  int64_t read = 0, accepted = 0, duplicates = 0, skipped = 0, last = 0, watermark = 0;
  int64_t later_than_now = 0;
  google::protobuf::Timestamp latest;  // of those
};

// What may be better after a moment: the same events are sent again then.
bool MayPass(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

class Sender {
 public:
  Sender(Session& session, const Options& options, EventLines& lines)
      : session_(session), options_(options), lines_(lines), progress_(session.err()) {}

  // Sends all there is. As long as the service comes back within the timeout, what broke off goes
  // on.
  absl::Status Run() {
    absl::Time give_up = absl::InfiniteFuture();
    for (;;) {
      const int64_t before = totals_.last;
      const absl::Status status = RunStream();
      if (status.ok() || !MayPass(status)) return status;
      const absl::Time now = session_.clock().Now();
      if (totals_.last > before || give_up == absl::InfiniteFuture())
        give_up = now + absl::Seconds(session_.options().timeout_seconds);
      progress_.Show(
          absl::StrCat("broken off after event ", Count(totals_.last), ", trying again"));
      if (now >= give_up || interrupt_.WaitFor(kPause)) return status;
    }
  }
  const Totals& totals() const { return totals_; }
  // What to do about an error, if anything is known.
  std::string HintFor(const absl::Status& status) const {
    if (absl::IsNotFound(status))
      return absl::StrCat("try: plumbline events create ", options_.log, ", then the same command");
    if (MayPass(status)) return "try: the same command, which goes on where this one stopped";
    for (const base::FieldViolation& violation : base::FieldViolationsOf(status)) {
      const std::optional<size_t> place = PlaceOf(violation);
      if (!place.has_value()) continue;
      const int64_t number =
          waiting_.front().request.batch().first_sequence() + static_cast<int64_t>(*place);
      return absl::StrCat("it is event ", Count(number), " of the producer; nothing of its batch, ",
                          "from event ", Count(waiting_.front().request.batch().first_sequence()),
                          " on, was stored");
    }
    return "";
  }
  // What the service says of events, as of lines of the file.
  absl::Status InLines(const absl::Status& status) const {
    std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
    bool of_lines = false;
    for (base::FieldViolation& violation : violations) {
      const std::optional<size_t> place = PlaceOf(violation);
      const size_t field = violation.field.find("].");
      if (!place.has_value() || field == std::string::npos) continue;
      of_lines = true;
      violation = lines_.Violation(waiting_.front().lines[*place],
                                   violation.field.substr(field + 2), violation.description);
    }
    return of_lines ? base::FieldErrors(violations) : status;
  }

 private:
  struct Batch {
    pb::StreamEventsRequest request;
    int64_t last = 0;            // number of its last event
    std::vector<int64_t> lines;  // of its events
  };

  // Of "events[3].time" 3, where there is such an event in the batch that is not acknowledged.
  std::optional<size_t> PlaceOf(const base::FieldViolation& violation) const {
    size_t place = 0;
    absl::string_view rest = violation.field;
    if (waiting_.empty() || !absl::ConsumePrefix(&rest, "events[") ||
        !absl::SimpleAtoi(rest.substr(0, rest.find(']')), &place) ||
        place >= waiting_.front().lines.size())
      return std::nullopt;
    return place;
  }

  absl::Status RunStream() {
    ASSIGN_OR_RETURN(rpc::Channel * channel, session_.channel());
    rpc::CallContext context = session_.Context();
    context.deadline = absl::InfiniteFuture();
    ASSIGN_OR_RETURN(const auto stream,
                     channel->OpenExchange(context, absl::StrCat(kEventData, "StreamEvents")));
    RETURN_IF_ERROR(Open(*stream));
    size_t sent = 0;  // of waiting_
    for (bool open = true;;) {
      while (open && sent < ahead_) {
        if (sent == waiting_.size()) {
          ASSIGN_OR_RETURN(const bool more, ReadBatch());
          if (!more) break;
        }
        open = stream->Write(waiting_[sent].request);
        ++sent;
      }
      if (waiting_.empty()) break;
      RETURN_IF_ERROR(TakeAcknowledgement(*stream));
      --sent;
    }
    stream->EndWrites();
    pb::StreamEventsResponse response;
    return stream->Read(&response).status();
  }

  absl::Status Open(rpc::Exchange& stream) {
    pb::StreamEventsRequest request;
    request.mutable_open()->set_name(session_.FullName("eventLogs", options_.log));
    request.mutable_open()->set_producer(options_.producer);
    request.mutable_open()->set_allow_kept(options_.into_kept);
    stream.Write(request);
    pb::StreamEventsResponse response;
    RETURN_IF_ERROR(Read(stream, &response));
    const int64_t last = response.opened().last_sequence();
    ahead_ = static_cast<size_t>(std::max(1, response.opened().max_unacknowledged_batches()));
    totals_.watermark = response.opened().watermark();
    if (!std::exchange(began_, true)) {
      totals_.last = last;
      if (options_.new_lines) {
        number_ = last;
      } else {
        to_skip_ = last;
      }
    }
    // What was acknowledged before the answer to it was lost.
    while (!waiting_.empty() && waiting_.front().last <= last) {
      totals_.accepted += waiting_.front().request.batch().events_size();
      totals_.last = waiting_.front().last;
      waiting_.pop_front();
    }
    return absl::OkStatus();
  }

  // Another batch at the end of waiting_. False: there are no more events.
  absl::StatusOr<bool> ReadBatch() {
    Batch batch;
    pb::StreamBatch& events = *batch.request.mutable_batch();
    pb::Event event;
    while (events.events_size() < options_.batch && !interrupt_.happened()) {
      ASSIGN_OR_RETURN(const bool more, lines_.Next(&event));
      if (!more) break;
      ++totals_.read;
      ++number_;
      if (number_ <= to_skip_) {
        ++totals_.skipped;
        continue;
      }
      if (events.events_size() == 0) events.set_first_sequence(number_);
      NoteTime(event.time());
      events.add_events()->Swap(&event);
      batch.lines.push_back(lines_.line());
    }
    if (events.events_size() == 0) return false;
    batch.last = number_;
    waiting_.push_back(std::move(batch));
    return true;
  }

  // Clocks of two machines differ by a little.
  void NoteTime(const google::protobuf::Timestamp& time) {
    constexpr int64_t kSlack = 60;
    if (time.seconds() <= absl::ToUnixSeconds(session_.clock().Now()) + kSlack) return;
    ++totals_.later_than_now;
    if (time.seconds() > totals_.latest.seconds()) totals_.latest = time;
  }

  absl::Status TakeAcknowledgement(rpc::Exchange& stream) {
    pb::StreamEventsResponse response;
    RETURN_IF_ERROR(Read(stream, &response));
    const auto& acknowledgement = response.acknowledgement();
    totals_.accepted += acknowledgement.accepted_count();
    totals_.duplicates += acknowledgement.duplicate_count();
    totals_.last = acknowledgement.last_sequence();
    totals_.watermark = acknowledgement.watermark();
    waiting_.pop_front();
    progress_.Show(absl::StrCat("durable up to event ", Count(totals_.last)));
    return absl::OkStatus();
  }

  absl::Status Read(rpc::Exchange& stream, pb::StreamEventsResponse* response) {
    ASSIGN_OR_RETURN(const bool more, stream.Read(response));
    if (more) return absl::OkStatus();
    return base::Internal("the service ended the stream before it acknowledged all events");
  }

  Session& session_;
  const Options& options_;
  EventLines& lines_;
  ProgressLine progress_;
  Interrupt interrupt_;
  std::deque<Batch> waiting_;  // not acknowledged
  size_t ahead_ = 1;
  int64_t number_ = 0, to_skip_ = 0;
  bool began_ = false;
  Totals totals_;
};

absl::Status Send(Session& session, const Options& options) {
  session.wording().Call(
      {{"open.name", "LOG"}, {"open.producer", "--producer"}, {"open.allow_kept", "--into-kept"}});
  std::ifstream file;
  if (options.file != "-") {
    file.open(options.file, std::ios::binary);
    if (!file)
      return base::FieldError(
          "FILE", absl::StrCat("'", options.file, "' cannot be opened; check the path"));
  }
  EventLines lines(options.file == "-" ? std::cin : file,
                   options.file == "-" ? "standard input" : options.file);
  Sender sender(session, options, lines);
  const absl::Status status = sender.Run();
  const Totals& totals = sender.totals();
  if (session.json() && status.ok()) {
    session.out() << "{\"read\": " << totals.read << ", \"accepted\": " << totals.accepted
                  << ", \"duplicates\": " << totals.duplicates
                  << ", \"skipped\": " << totals.skipped << ", \"lastSequence\": " << totals.last
                  << ", \"watermark\": " << totals.watermark
                  << ", \"laterThanNow\": " << totals.later_than_now << "}\n";
    return status;
  }
  std::ostream& out = status.ok() ? session.out() : session.err();
  if (!status.ok()) session.SetHint(sender.HintFor(status));
  const absl::Status told = status.ok() ? status : sender.InLines(status);
  if (!status.ok() && totals.accepted + totals.duplicates + totals.skipped == 0) return told;
  out << Number(totals.accepted, "event", "events") << " sent and durable";
  if (totals.duplicates > 0) out << ", " << Count(totals.duplicates) << " were there before";
  if (totals.skipped > 0) out << ", " << Count(totals.skipped) << " passed over: sent earlier";
  out << "; the last is number " << Count(totals.last) << " of producer " << options.producer
      << '\n';
  if (totals.later_than_now > 0) {
    out << "  mind: " << Number(totals.later_than_now, "event is", "events are")
        << " later than now, the latest " << When(totals.latest)
        << " (UTC); is the time zone right?\n";
  }
  return told;
}

}  // namespace

void AddEventsCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* events = app.add_subcommand("events", "Events of a log as they happen");
  events->group("Study");
  events->require_subcommand(1);
  AddEventsCreate(*events, action);
  args::Command* command = events->add_subcommand(
      "send", "Send events line by line (JSON or CSV), each once and acknowledged when durable");
  command->add_option("LOG", options->log, "Id of the log; 'events create' makes one")->required();
  command->add_option("FILE", options->file, "The lines; - is standard input (default)");
  Takes(command->add_option("--producer", options->producer,
                            "Who sends: a name that stays the same. The service remembers how far "
                            "it came: the same command goes on where it stopped"),
        "NAME")
      ->required();
  Takes(command->add_option("--batch", options->batch,
                            "Events that become durable together (default: 1000)"),
        "COUNT")
      ->check(args::Range(1, 10'000));
  command->add_flag("--new-lines", options->new_lines,
                    "The lines are new events, as from a pipe; else they are all the producer's "
                    "events from its first, and those that were sent before are passed over");
  command->add_flag("--into-kept", options->into_kept,
                    "Also to a log that on-boarding keeps, among its own cases");
  AddExamples(*command,
              {{"plumbline events send deals --producer crm < events.ndjson",
                "a line: {\"caseId\": \"D-17\", \"activity\": \"Won\", \"time\": "
                "\"2026-01-05T09:00:00Z\",\n"
                "       \"resource\": \"ann\", \"attributes\": [{\"key\": \"amount\", "
                "\"doubleValue\": 950.5}]}"},
               {"plumbline events send deals events.csv --producer crm",
                "case,activity,time,resource,amount\n"
                "      D-17,Won,2026-01-05 09:00,ann,950.5"},
               {"tail -f -n 0 crm.ndjson | plumbline events send deals --producer crm \\\n"
                "      --new-lines --batch 1",
                ""}});
  command->callback([=] { *action = [=](Session& s) { return Send(s, *options); }; });
}

}  // namespace plumbline::cli
