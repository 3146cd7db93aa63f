// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/standard_kind.h"

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

using google::protobuf::FieldDescriptor;

constexpr int kPage = 1000;

const FieldDescriptor* FieldOf(const Message& message, const std::string& name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

void SetFlag(const char* name, bool value, Message* message) {
  message->GetReflection()->SetBool(message, FieldOf(*message, name), value);
}

// The resource in a request or an answer.
Message* MutableResource(const char* field, Message* message) {
  return message->GetReflection()->MutableMessage(message, FieldOf(*message, field));
}

std::vector<common::v1::Warning> WarningsOf(const Message& answer) {
  const FieldDescriptor* field = FieldOf(answer, "warnings");
  std::vector<common::v1::Warning> warnings;
  if (field == nullptr) return warnings;
  for (int i = 0; i < answer.GetReflection()->FieldSize(answer, field); ++i) {
    warnings.push_back(static_cast<const common::v1::Warning&>(
        answer.GetReflection()->GetRepeatedMessage(answer, field, i)));
  }
  return warnings;
}

}  // namespace

MessagePtr StandardKind::Make(const std::string& name) const {
  const auto* type =
      contract_.pool()->FindMessageTypeByName(absl::StrCat(contract_.package(), ".", name));
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  return MessagePtr(factory->GetPrototype(type)->New());
}

absl::StatusOr<MessagePtr> StandardKind::Call(Session& session, const std::string& method,
                                              const Message& request) const {
  MessagePtr answer = Make(absl::StrCat(method, "Response"));
  RETURN_IF_ERROR(session.Call(words_.service, method, request, answer.get()));
  return answer;
}

MessagePtr StandardKind::New() const {
  const MessagePtr answer = Make(absl::StrCat("Get", words_.one, "Response"));
  return MessagePtr(MutableResource(field(), answer.get())->New());
}

absl::StatusOr<std::vector<std::string>> StandardKind::List(Session& session) const {
  const std::string method = absl::StrCat("List", words_.many);
  const MessagePtr request = Make(absl::StrCat(method, "Request"));
  SetText("parent", session.parent(), request.get());
  request->GetReflection()->SetInt32(request.get(), FieldOf(*request, "page_size"), kPage);
  std::vector<std::string> names;
  do {
    ASSIGN_OR_RETURN(const MessagePtr page, Call(session, method, *request));
    const FieldDescriptor* rows = FieldOf(*page, words_.collection);
    for (int i = 0; i < page->GetReflection()->FieldSize(*page, rows); ++i)
      names.push_back(TextOf(page->GetReflection()->GetRepeatedMessage(*page, rows, i), "name"));
    SetText("page_token", TextOf(*page, "next_page_token"), request.get());
  } while (!TextOf(*request, "page_token").empty());
  return names;
}

absl::StatusOr<MessagePtr> StandardKind::Get(Session& session, const std::string& name) const {
  const std::string method = absl::StrCat("Get", words_.one);
  const MessagePtr request = Make(absl::StrCat(method, "Request"));
  SetText("name", name, request.get());
  ASSIGN_OR_RETURN(const MessagePtr answer, Call(session, method, *request));
  MessagePtr resource = New();
  resource->GetReflection()->Swap(resource.get(), MutableResource(field(), answer.get()));
  return resource;
}

absl::StatusOr<Saved> StandardKind::Save(Session& session, const Message& resource,
                                         const SaveOptions& options) const {
  const bool creates = TextOf(resource, "etag").empty();
  const std::string method = absl::StrCat(creates ? "Create" : "Update", words_.one);
  const MessagePtr request = Make(absl::StrCat(method, "Request"));
  if (creates) {
    const std::string name = TextOf(resource, "name");
    const std::string id = absl::StrCat(field(), "_id");
    SetText("parent", name.substr(0, name.find('/', sizeof("workspaces/") - 1)), request.get());
    SetText(id.c_str(), name.substr(name.rfind('/') + 1), request.get());
  }
  MutableResource(field(), request.get())->CopyFrom(resource);
  SetFlag("validate_only", options.validate_only, request.get());
  SetText("reason", options.reason, request.get());
  SetText("request_id", base::NewUuid(), request.get());
  ASSIGN_OR_RETURN(const MessagePtr answer, Call(session, method, *request));
  Saved saved{New(), WarningsOf(*answer)};
  saved.resource->GetReflection()->Swap(saved.resource.get(),
                                        MutableResource(field(), answer.get()));
  return saved;
}

absl::StatusOr<MessagePtr> StandardKind::Delete(Session& session, const std::string& name,
                                                const DeleteOptions& options) const {
  const std::string method = absl::StrCat("Delete", words_.one);
  const MessagePtr request = Make(absl::StrCat(method, "Request"));
  SetText("name", name, request.get());
  SetFlag("validate_only", options.validate_only, request.get());
  // Processes call it otherwise.
  const bool has_force = FieldOf(*request, "force") != nullptr;
  SetFlag(has_force ? "force" : "allow_in_use", options.force, request.get());
  SetText("reason", options.reason, request.get());
  SetText("request_id", base::NewUuid(), request.get());
  return Call(session, method, *request);
}

}  // namespace plumbline::cli
