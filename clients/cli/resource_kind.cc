// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/resource_kind.h"

#include <array>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/diff_view.h"
#include "clients/cli/message_changes.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
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
  static constexpr const char* kService = kUtilities;
  static constexpr char kGet[] = "GetUtility";
  static constexpr char kList[] = "ListUtilities";
  static constexpr char kCreate[] = "CreateUtility";
  static constexpr char kUpdate[] = "UpdateUtility";
  static auto* Of(auto& message) { return message.mutable_utility(); }
  static const auto& All(const ListResponse& page) { return page.utilities(); }
  static void SetId(const std::string& id, CreateRequest* request) { request->set_utility_id(id); }
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
  static constexpr const char* kService = kCatalog;
  static constexpr char kGet[] = "GetProcess";
  static constexpr char kList[] = "ListProcesses";
  static constexpr char kCreate[] = "CreateProcess";
  static constexpr char kUpdate[] = "UpdateProcess";
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

  absl::StatusOr<MessagePtr> Find(Session& session, const std::string& name) const override {
    typename Traits::GetRequest request;
    request.set_name(name);
    typename Traits::GetResponse response;
    const absl::Status status = session.Call(Traits::kService, Traits::kGet, request, &response);
    if (absl::IsNotFound(status)) return MessagePtr();
    RETURN_IF_ERROR(status);
    return std::make_unique<typename Traits::Resource>(std::move(*Traits::Of(response)));
  }

  absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                             bool validate_only) const override {
    if (TextOf(resource, "etag").empty()) {
      typename Traits::CreateRequest request;
      const std::string name = TextOf(resource, "name");
      request.set_parent(name.substr(0, name.find('/', sizeof("workspaces/") - 1)));
      Traits::SetId(name.substr(name.rfind('/') + 1), &request);
      return Write<typename Traits::CreateResponse>(session, Traits::kCreate, resource,
                                                    validate_only, std::move(request));
    }
    return Write<typename Traits::UpdateResponse>(session, Traits::kUpdate, resource, validate_only,
                                                  typename Traits::UpdateRequest());
  }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Saved> Write(Session& session, const char* method, const Message& resource,
                              bool validate_only, Request request) const {
    Traits::Of(request)->CopyFrom(resource);
    request.set_validate_only(validate_only);
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
  // The catalog's own comparison, which knows what changes mean for running instances.
  absl::StatusOr<std::vector<std::string>> Differences(Session& session, const Message& before,
                                                       const Message& after) const override {
    pb::DiffRevisionsRequest request;
    request.set_name(TextOf(before, "name"));
    *request.mutable_content() = static_cast<const pb::Process&>(after);
    pb::DiffRevisionsResponse response;
    RETURN_IF_ERROR(session.Call(kCatalog, "DiffRevisions", request, &response));
    std::ostringstream text;
    PrintDifferences(response, /*colour=*/false, text);
    return std::vector<std::string>(absl::StrSplit(text.str(), '\n', absl::SkipEmpty()));
  }
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ResourceKind::Differences(Session&, const Message& before,
                                                                   const Message& after) const {
  std::vector<std::string> lines = MessageChanges(*ContentOf(before), *ContentOf(after));
  for (std::string& line : lines) line.insert(0, "    ");
  return lines;
}

absl::Span<const ResourceKind* const> AllKinds() {
  static const auto* const kUtilityKind = new StandardKind<Utilities>();
  static const auto* const kProcessKind = new ProcessKind();
  static const auto* const kKinds =
      new std::array<const ResourceKind*, 2>{kUtilityKind, kProcessKind};
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
  std::string words;
  for (const ResourceKind* kind : AllKinds())
    absl::StrAppend(&words, words.empty() ? "" : " or ", kind->collection(), "/ID");
  return words;
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
