// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/resource_kind.h"

#include <array>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/called_processes.h"
#include "clients/cli/diff_view.h"
#include "clients/cli/message_changes.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

// People write the fields below; the catalog fills in the others.
constexpr int kFirstOutputField = 20;

// What one kind calls its methods and their messages.
struct Utilities {
  using Resource = pb::Utility;
  using GetRequest = pb::GetUtilityRequest;
  using GetResponse = pb::GetUtilityResponse;
  using ListRequest = pb::ListUtilitiesRequest;
  using ListResponse = pb::ListUtilitiesResponse;
  using CreateRequest = pb::CreateUtilityRequest;
  using CreateResponse = pb::CreateUtilityResponse;
  using UpdateRequest = pb::UpdateUtilityRequest;
  using UpdateResponse = pb::UpdateUtilityResponse;
  static constexpr char kCollection[] = "utilities";
  static constexpr char kField[] = "utility";
  static constexpr char kType[] = "Utility";
  static constexpr const char* kService = kUtilities;
  static constexpr char kGet[] = "GetUtility";
  static constexpr char kList[] = "ListUtilities";
  static constexpr char kCreate[] = "CreateUtility";
  static constexpr char kUpdate[] = "UpdateUtility";
  using DeleteRequest = pb::DeleteUtilityRequest;
  using DeleteResponse = pb::DeleteUtilityResponse;
  static constexpr char kDelete[] = "DeleteUtility";
  static auto* Of(auto& message) { return message.mutable_utility(); }
  static const auto& All(const ListResponse& page) { return page.utilities(); }
  static void Force(DeleteRequest* request) { request->set_force(true); }
  static void SetId(const std::string& id, CreateRequest* request) { request->set_utility_id(id); }
};

struct Steps {
  using Resource = pb::StepTemplate;
  using GetRequest = pb::GetStepRequest;
  using GetResponse = pb::GetStepResponse;
  using ListRequest = pb::ListStepsRequest;
  using ListResponse = pb::ListStepsResponse;
  using CreateRequest = pb::CreateStepRequest;
  using CreateResponse = pb::CreateStepResponse;
  using UpdateRequest = pb::UpdateStepRequest;
  using UpdateResponse = pb::UpdateStepResponse;
  static constexpr char kCollection[] = "steps";
  static constexpr char kField[] = "step";
  static constexpr char kType[] = "StepTemplate";
  static constexpr const char* kService = cli::kSteps;
  static constexpr char kGet[] = "GetStep";
  static constexpr char kList[] = "ListSteps";
  static constexpr char kCreate[] = "CreateStep";
  static constexpr char kUpdate[] = "UpdateStep";
  using DeleteRequest = pb::DeleteStepRequest;
  using DeleteResponse = pb::DeleteStepResponse;
  static constexpr char kDelete[] = "DeleteStep";
  static auto* Of(auto& message) { return message.mutable_step(); }
  static const auto& All(const ListResponse& page) { return page.steps(); }
  // Nothing keeps a step from being deleted: what was published keeps what it took.
  static void Force(DeleteRequest*) {}
  static void SetId(const std::string& id, CreateRequest* request) { request->set_step_id(id); }
};

struct Calendars {
  using Resource = pb::Calendar;
  using GetRequest = pb::GetCalendarRequest;
  using GetResponse = pb::GetCalendarResponse;
  using ListRequest = pb::ListCalendarsRequest;
  using ListResponse = pb::ListCalendarsResponse;
  using CreateRequest = pb::CreateCalendarRequest;
  using CreateResponse = pb::CreateCalendarResponse;
  using UpdateRequest = pb::UpdateCalendarRequest;
  using UpdateResponse = pb::UpdateCalendarResponse;
  static constexpr char kCollection[] = "calendars";
  static constexpr char kField[] = "calendar";
  static constexpr char kType[] = "Calendar";
  static constexpr const char* kService = kCalendars;
  static constexpr char kGet[] = "GetCalendar";
  static constexpr char kList[] = "ListCalendars";
  static constexpr char kCreate[] = "CreateCalendar";
  static constexpr char kUpdate[] = "UpdateCalendar";
  using DeleteRequest = pb::DeleteCalendarRequest;
  using DeleteResponse = pb::DeleteCalendarResponse;
  static constexpr char kDelete[] = "DeleteCalendar";
  static auto* Of(auto& message) { return message.mutable_calendar(); }
  static const auto& All(const ListResponse& page) { return page.calendars(); }
  static void SetId(const std::string& id, CreateRequest* request) { request->set_calendar_id(id); }
  static void Force(DeleteRequest* request) { request->set_force(true); }
};

struct Processes {
  using Resource = pb::Process;
  using GetRequest = pb::GetProcessRequest;
  using GetResponse = pb::GetProcessResponse;
  using ListRequest = pb::ListProcessesRequest;
  using ListResponse = pb::ListProcessesResponse;
  using CreateRequest = pb::CreateProcessRequest;
  using CreateResponse = pb::CreateProcessResponse;
  using UpdateRequest = pb::UpdateProcessRequest;
  using UpdateResponse = pb::UpdateProcessResponse;
  static constexpr char kCollection[] = "processes";
  static constexpr char kField[] = "process";
  static constexpr char kType[] = "Process";
  static constexpr const char* kService = kCatalog;
  static constexpr char kGet[] = "GetProcess";
  static constexpr char kList[] = "ListProcesses";
  static constexpr char kCreate[] = "CreateProcess";
  static constexpr char kUpdate[] = "UpdateProcess";
  using DeleteRequest = pb::DeleteProcessRequest;
  using DeleteResponse = pb::DeleteProcessResponse;
  static constexpr char kDelete[] = "DeleteProcess";
  static void Force(DeleteRequest* request) { request->set_allow_in_use(true); }
  static auto* Of(auto& message) { return message.mutable_process(); }
  static const auto& All(const ListResponse& page) { return page.processes(); }
  static void SetId(const std::string& id, CreateRequest* request) { request->set_process_id(id); }
};

template <typename Response>
std::vector<common::v1::Warning> WarningsOf(const Response& response) {
  if constexpr (requires { response.warnings(); }) {
    return {response.warnings().begin(), response.warnings().end()};
  }
  return {};
}

template <typename Traits>
class StandardKind : public ResourceKind {
 public:
  const char* collection() const override { return Traits::kCollection; }
  const char* field() const override { return Traits::kField; }
  const char* type() const override { return Traits::kType; }
  MessagePtr New() const override { return std::make_unique<typename Traits::Resource>(); }

  absl::StatusOr<std::vector<std::string>> List(Session& session) const override {
    std::vector<std::string> names;
    typename Traits::ListRequest request;
    request.set_parent(session.parent());
    request.set_page_size(1000);
    typename Traits::ListResponse page;
    do {
      RETURN_IF_ERROR(session.Call(Traits::kService, Traits::kList, request, &page));
      for (const auto& resource : Traits::All(page)) names.push_back(resource.name());
      request.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    return names;
  }

  absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const override {
    typename Traits::GetRequest request;
    request.set_name(name);
    typename Traits::GetResponse response;
    RETURN_IF_ERROR(session.Call(Traits::kService, Traits::kGet, request, &response));
    return std::make_unique<typename Traits::Resource>(std::move(*Traits::Of(response)));
  }

  absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                             const SaveOptions& options) const override {
    if (TextOf(resource, "etag").empty()) {
      typename Traits::CreateRequest request;
      const std::string name = TextOf(resource, "name");
      request.set_parent(name.substr(0, name.find('/', sizeof("workspaces/") - 1)));
      Traits::SetId(name.substr(name.rfind('/') + 1), &request);
      return Write<typename Traits::CreateResponse>(session, Traits::kCreate, resource, options,
                                                    std::move(request));
    }
    return Write<typename Traits::UpdateResponse>(session, Traits::kUpdate, resource, options,
                                                  typename Traits::UpdateRequest());
  }

  bool can_delete() const override {
    return requires { typename Traits::DeleteRequest; };
  }

  absl::StatusOr<MessagePtr> Delete(Session& session, const std::string& name,
                                    bool force) const override {
    if constexpr (requires { typename Traits::DeleteRequest; }) {
      typename Traits::DeleteRequest request;
      request.set_name(name);
      if (force) Traits::Force(&request);
      request.set_request_id(base::NewUuid());
      auto response = std::make_unique<typename Traits::DeleteResponse>();
      RETURN_IF_ERROR(session.Call(Traits::kService, Traits::kDelete, request, response.get()));
      return response;
    }
    return base::Internal("a kind that cannot be deleted");
  }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Saved> Write(Session& session, const char* method, const Message& resource,
                              const SaveOptions& options, Request request) const {
    Traits::Of(request)->CopyFrom(resource);
    request.set_validate_only(options.validate_only);
    if constexpr (requires { request.set_reason(options.reason); }) {
      request.set_reason(options.reason);
    }
    request.set_request_id(base::NewUuid());
    Response response;
    RETURN_IF_ERROR(session.Call(Traits::kService, method, request, &response));
    return Saved{std::make_unique<typename Traits::Resource>(std::move(*Traits::Of(response))),
                 WarningsOf(response)};
  }
};

class ProcessKind final : public StandardKind<Processes> {
 public:
  bool has_drafts() const override { return true; }
  std::vector<std::string> NamedBy(const Message& process) const override {
    std::vector<std::string> names;
    ForEachCall(static_cast<const pb::Process&>(process).root(), [&](const pb::Node& node) {
      const std::string& called = node.call().process();
      names.push_back(called.substr(0, called.find('@')));
      return absl::OkStatus();
    }).IgnoreError();
    return names;
  }
  // The catalog's own comparison, which knows what changes mean for running instances.
  absl::StatusOr<std::vector<std::string>> Differences(Session& session, const Message& before,
                                                       const Message& after) const override {
    pb::DiffRevisionsRequest request;
    request.set_name(TextOf(before, "name"));
    *request.mutable_content() = static_cast<const pb::Process&>(*ContentOf(after));
    pb::DiffRevisionsResponse response;
    RETURN_IF_ERROR(session.Call(kCatalog, "DiffRevisions", request, &response));
    std::ostringstream text;
    PrintDifferences(response, /*colour=*/false, text);
    return std::vector<std::string>(absl::StrSplit(text.str(), '\n', absl::SkipEmpty()));
  }
};

class CalendarKind final : public StandardKind<Calendars> {
 public:
  std::vector<std::string> NamedBy(const Message& calendar) const override {
    const std::string& inherits = static_cast<const pb::Calendar&>(calendar).inherits();
    if (inherits.empty()) return {};
    return {inherits};
  }
  void LeaveOut(const std::set<std::string>& to_come, Message* calendar) const override {
    auto& leaving = static_cast<pb::Calendar&>(*calendar);
    if (to_come.contains(leaving.inherits())) leaving.clear_inherits();
  }
  absl::Status Cycle(const std::string& chain) const override {
    return base::Error(base::Reason::ERROR_REASON_CALENDAR_CYCLE,
                       absl::StrCat("calendars would inherit from themselves: ", chain,
                                    "; take one of these 'inherits' out"))
        .With("chain", chain);
  }
};

std::string InWords(bool (*which)(const ResourceKind&)) {
  std::string words;
  for (const ResourceKind* kind : AllKinds()) {
    if (which(*kind))
      absl::StrAppend(&words, words.empty() ? "" : " or ", kind->collection(), "/ID");
  }
  return words;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ResourceKind::Differences(Session&, const Message& before,
                                                                   const Message& after) const {
  std::vector<std::string> lines = MessageChanges(*ContentOf(before), *ContentOf(after));
  for (std::string& line : lines) line.insert(0, "    ");
  return lines;
}

absl::Status ResourceKind::Cycle(const std::string& chain) const {
  return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                     absl::StrCat("'", chain.substr(0, chain.find(' ')),
                                  "' would call itself: ", chain, "; remove one of these calls"))
      .With("chain", chain);
}

absl::StatusOr<MessagePtr> ResourceKind::Find(Session& session, const std::string& name) const {
  absl::StatusOr<MessagePtr> found = Get(session, name);
  if (absl::IsNotFound(found.status())) return MessagePtr();
  return found;
}

absl::Span<const ResourceKind* const> AllKinds() {
  static const auto* const kCalendarKind = new CalendarKind();
  static const auto* const kUtilityKind = new StandardKind<Utilities>();
  static const auto* const kStepKind = new StandardKind<Steps>();
  static const auto* const kProcessKind = new ProcessKind();
  static const auto* const kKinds =
      new std::array<const ResourceKind*, 4>{kCalendarKind, kUtilityKind, kStepKind, kProcessKind};
  return *kKinds;
}

const ResourceKind* KindOf(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '/');
  const size_t at = words[0] == "workspaces" ? 2 : 0;
  if (words.size() != at + 2) return nullptr;
  for (const ResourceKind* kind : AllKinds()) {
    if (words[at] == kind->collection()) return kind;
  }
  return nullptr;
}

std::string KindsInWords() {
  return InWords([](const ResourceKind&) { return true; });
}

std::string DeletedInWords() {
  return InWords([](const ResourceKind& kind) { return kind.can_delete(); });
}

std::string TextOf(const Message& resource, const char* field) {
  return resource.GetReflection()->GetString(resource,
                                             resource.GetDescriptor()->FindFieldByName(field));
}

void SetText(const char* field, const std::string& text, Message* resource) {
  resource->GetReflection()->SetString(resource, resource->GetDescriptor()->FindFieldByName(field),
                                       text);
}

MessagePtr ContentOf(const Message& resource) {
  MessagePtr content(resource.New());
  content->CopyFrom(resource);
  std::vector<const google::protobuf::FieldDescriptor*> set;
  content->GetReflection()->ListFields(*content, &set);
  for (const auto* field : set) {
    if (field->number() >= kFirstOutputField || field->name() == "name")
      content->GetReflection()->ClearField(content.get(), field);
  }
  return content;
}

bool SameContent(const Message& a, const Message& b) {
  return google::protobuf::util::MessageDifferencer::Equals(*ContentOf(a), *ContentOf(b));
}

}  // namespace plumbline::cli
