// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

constexpr char kStream[] = "/plumbline.analytics.v1.EventDataService/StreamEvents";

class EventStreams : public Service {
 protected:
  std::unique_ptr<rpc::Exchange> Begin() {
    return *analytics_.channel().OpenExchange(context_, kStream);
  }
  static v1::StreamEventsRequest Open(const std::string& producer,
                                      absl::string_view log = "sales") {
    v1::StreamEventsRequest request;
    request.mutable_open()->set_name(LogName(log));
    request.mutable_open()->set_producer(producer);
    return request;
  }
  // `cases` cases of three events.
  static v1::StreamEventsRequest Batch(int first_case, int cases, int64_t first_sequence = 0) {
    v1::StreamEventsRequest request;
    request.mutable_batch()->set_first_sequence(first_sequence);
    for (v1::Event& event : SimpleEvents(first_case, cases))
      *request.mutable_batch()->add_events() = event;
    return request;
  }
  // "opened 6 at 1", "9: 3 new, 0 old at 2", "end", or the reason and what is wrong.
  static std::string Next(rpc::Exchange& stream) {
    v1::StreamEventsResponse response;
    const absl::StatusOr<bool> more = stream.Read(&response);
    if (!more.ok()) {
      const auto violations = base::FieldViolationsOf(more.status());
      return absl::StrCat(ReasonText(more.status()), " ",
                          violations.empty() ? "" : violations[0].field);
    }
    if (!*more) return "end";
    if (response.has_opened())
      return absl::StrCat("opened ", response.opened().last_sequence(), " at ",
                          response.opened().watermark());
    const auto& a = response.acknowledgement();
    return absl::StrCat(a.last_sequence(), ": ", a.accepted_count(), " new, ", a.duplicate_count(),
                        " old at ", a.watermark());
  }
  int64_t Events() { return analytics_.Get("sales")->event_count(); }

  base::CallContext context_;
};

TEST_F(EventStreams, OfALogThatAnotherKeepsIsRefusedBeforeAnyBatch) {
  v1::StreamEventsRequest relay = Open("relay");
  relay.mutable_open()->set_resends(true);
  const auto kept = Begin();
  kept->Write(relay);
  EXPECT_EQ(Next(*kept), "opened 0 at 1");
  kept->Write(Batch(10, 1));
  EXPECT_EQ(Next(*kept), "3: 3 new, 0 old at 2");
  const auto refused = Begin();
  refused->Write(Open("erp"));
  EXPECT_EQ(Next(*refused), "EVENT_LOG_KEPT ");
  v1::StreamEventsRequest allowed = Open("erp");
  allowed.mutable_open()->set_allow_kept(true);
  const auto told = Begin();
  told->Write(allowed);
  EXPECT_EQ(Next(*told), "opened 0 at 2");
  told->Write(Batch(20, 1));
  EXPECT_EQ(Next(*told), "3: 3 new, 0 old at 3");
  const auto again = Begin();
  again->Write(Open("erp"));
  EXPECT_EQ(Next(*again), "opened 3 at 3");
}

TEST_F(EventStreams, AcknowledgesEachBatchInOrder) {
  const auto stream = Begin();
  stream->Write(Open("erp"));
  EXPECT_EQ(Next(*stream), "opened 0 at 1");
  stream->Write(Batch(10, 1));
  stream->Write(Batch(11, 2));
  stream->Write(Batch(11, 2, 4));  // once more, as after a lost answer
  stream->Write(Batch(11, 3, 4));  // and with one that is new
  EXPECT_EQ(Next(*stream), "3: 3 new, 0 old at 2");
  EXPECT_EQ(Next(*stream), "9: 6 new, 0 old at 3");
  EXPECT_EQ(Next(*stream), "9: 0 new, 6 old at 3");
  EXPECT_EQ(Next(*stream), "12: 3 new, 6 old at 4");
  stream->EndWrites();
  EXPECT_EQ(Next(*stream), "end");
  EXPECT_EQ(Events(), 6 + 12);
}

TEST_F(EventStreams, GoesOnWhereAnotherBrokeOff) {
  {
    const auto stream = Begin();
    stream->Write(Open("crm"));
    EXPECT_EQ(Next(*stream), "opened 6 at 1");  // of WriteEvents
    stream->Write(Batch(10, 1));
    EXPECT_EQ(Next(*stream), "9: 3 new, 0 old at 2");
  }
  const auto stream = Begin();
  stream->Write(Open("crm"));
  EXPECT_EQ(Next(*stream), "opened 9 at 2");
  stream->Write(Batch(11, 1));
  EXPECT_EQ(Next(*stream), "12: 3 new, 0 old at 3");
}

TEST_F(EventStreams, ABadBatchEndsItAndNothingOfItIsStored) {
  const auto stream = Begin();
  stream->Write(Open("erp"));
  stream->Write(Batch(10, 1));
  v1::StreamEventsRequest bad = Batch(11, 2);
  bad.mutable_batch()->mutable_events(4)->clear_activity();
  stream->Write(bad);
  stream->Write(Batch(20, 1));
  EXPECT_EQ(Next(*stream), "opened 0 at 1");
  EXPECT_EQ(Next(*stream), "3: 3 new, 0 old at 2");
  EXPECT_EQ(Next(*stream), "FIELD_INVALID events[4].activity");
  EXPECT_EQ(Events(), 6 + 3);
}

TEST_F(EventStreams, RefusesWhatItCannotTake) {
  const auto refusal = [this](const std::vector<v1::StreamEventsRequest>& messages) {
    const auto stream = Begin();
    for (const auto& message : messages) stream->Write(message);
    std::string last = Next(*stream);
    while (last.find(" at ") != std::string::npos) last = Next(*stream);
    return last;
  };
  EXPECT_EQ(refusal({Open("erp", "nowhere")}), "RESOURCE_NOT_FOUND ");
  EXPECT_EQ(refusal({Open("")}), "FIELD_INVALID open.producer");
  EXPECT_EQ(refusal({Open("erp"), Open("erp")}), "FIELD_INVALID open");
  EXPECT_EQ(refusal({Open("erp"), v1::StreamEventsRequest()}), "FIELD_INVALID batch");
  EXPECT_EQ(refusal({Open("erp"), Batch(0, 0)}), "FIELD_INVALID events");
  EXPECT_EQ(refusal({Open("erp"), Batch(0, 1, 5)}), "SEQUENCE_GAP ");
  EXPECT_EQ(refusal({Batch(0, 1)}), "FIELD_INVALID open.name");
}

}  // namespace
}  // namespace plumbline::analytics
