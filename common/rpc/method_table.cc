// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/method_table.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace plumbline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "method table: %s\n", message.c_str());
  std::abort();
}

const FieldDescriptor* StringField(const Descriptor* type, const char* name) {
  const FieldDescriptor* field = type->FindFieldByName(name);
  if (field == nullptr || field->is_repeated()) return nullptr;
  return field->type() == FieldDescriptor::TYPE_STRING ? field : nullptr;
}

// Where a request says which workspace it is about: `parent`, `name`, or one of them in one of its
// messages.
std::vector<const FieldDescriptor*> FindWorkspaceField(const Descriptor* request) {
  for (const char* name : {"parent", "name"}) {
    if (const FieldDescriptor* field = StringField(request, name)) return {field};
  }
  for (const char* name : {"parent", "name"}) {
    for (int i = 0; i < request->field_count(); ++i) {
      const FieldDescriptor* outer = request->field(i);
      if (outer->is_repeated() || outer->message_type() == nullptr) continue;
      if (const FieldDescriptor* inner = StringField(outer->message_type(), name))
        return {outer, inner};
    }
  }
  return {};
}

}  // namespace

Method& MethodTable::Add(absl::string_view service, absl::string_view name,
                         absl::string_view permission, WorkClass work, const Message& request,
                         const Message& response) {
  const std::string full_name = absl::StrCat(service, ".", name);
  const auto* descriptor = DescriptorPool::generated_pool()->FindMethodByName(full_name);
  if (descriptor == nullptr) Die(absl::StrCat("no method ", full_name, " in the linked protos"));
  if (descriptor->input_type() != request.GetDescriptor() ||
      descriptor->output_type() != response.GetDescriptor()) {
    Die(absl::StrCat(full_name, " takes ", descriptor->input_type()->full_name(), " and returns ",
                     descriptor->output_type()->full_name()));
  }
  auto method = std::make_unique<Method>();
  method->descriptor = descriptor;
  method->path = absl::StrCat("/", service, "/", name);
  method->permission = std::string(permission);
  method->work = work;
  method->request = &request;
  method->response = &response;
  method->workspace_field = FindWorkspaceField(descriptor->input_type());
  auto [slot, inserted] = methods_.emplace(method->path, std::move(method));
  if (!inserted) Die(absl::StrCat(full_name, " is registered twice"));
  return *slot->second;
}

const Method* MethodTable::Find(absl::string_view path) const {
  auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : found->second.get();
}

std::vector<const Method*> MethodTable::methods() const {
  std::vector<const Method*> all;
  all.reserve(methods_.size());
  for (const auto& [path, method] : methods_) all.push_back(method.get());
  return all;
}

void MethodTable::Merge(const MethodTable& other) {
  for (const auto& [path, method] : other.methods_) {
    if (!methods_.emplace(path, std::make_unique<Method>(*method)).second) {
      Die(absl::StrCat(path, " is registered twice"));
    }
  }
}

}  // namespace plumbline::rpc
