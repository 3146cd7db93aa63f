// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/reflection.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"

namespace plumbline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

void SetError(absl::StatusCode code, const std::string& message,
              ServerReflectionResponse* response) {
  response->mutable_error_response()->set_error_code(static_cast<int>(code));
  response->mutable_error_response()->set_error_message(message);
}

// The file after all that it imports.
void AddFile(const FileDescriptor* file, std::set<const FileDescriptor*>* seen,
             ServerReflectionResponse* response) {
  if (!seen->insert(file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  response->mutable_file_descriptor_response()->add_file_descriptor_proto(
      proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) AddFile(file->dependency(i), seen, response);
}

void AddFileOrError(const FileDescriptor* file, const std::string& what,
                    ServerReflectionResponse* response) {
  std::set<const FileDescriptor*> seen;
  if (file != nullptr) return AddFile(file, &seen, response);
  SetError(absl::StatusCode::kNotFound, absl::StrCat("there is no ", absl::CEscape(what), " here"),
           response);
}

void AddExtensionNumbers(const DescriptorPool& pool, const std::string& type,
                         ServerReflectionResponse* response) {
  const Descriptor* descriptor = pool.FindMessageTypeByName(type);
  if (descriptor == nullptr)
    return AddFileOrError(nullptr, absl::StrCat("message type ", type), response);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(descriptor, &extensions);
  auto* numbers = response->mutable_all_extension_numbers_response();
  numbers->set_base_type_name(type);
  for (const FieldDescriptor* extension : extensions)
    numbers->add_extension_number(extension->number());
}

const FileDescriptor* FileOfExtension(const DescriptorPool& pool, const std::string& type,
                                      int number) {
  const Descriptor* descriptor = pool.FindMessageTypeByName(type);
  if (descriptor == nullptr) return nullptr;
  const FieldDescriptor* extension = pool.FindExtensionByNumber(descriptor, number);
  return extension == nullptr ? nullptr : extension->file();
}

void Fill(const std::set<std::string>& services, const ServerReflectionRequest& request,
          ServerReflectionResponse* response) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      return AddFileOrError(pool.FindFileByName(request.file_by_filename()),
                            absl::StrCat("file ", request.file_by_filename()), response);
    case ServerReflectionRequest::kFileContainingSymbol:
      return AddFileOrError(pool.FindFileContainingSymbol(request.file_containing_symbol()),
                            absl::StrCat("symbol ", request.file_containing_symbol()), response);
    case ServerReflectionRequest::kFileContainingExtension: {
      const auto& wanted = request.file_containing_extension();
      return AddFileOrError(
          FileOfExtension(pool, wanted.containing_type(), wanted.extension_number()),
          absl::StrCat("extension ", wanted.extension_number(), " of ", wanted.containing_type()),
          response);
    }
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      return AddExtensionNumbers(pool, request.all_extension_numbers_of_type(), response);
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : services)
        response->mutable_list_services_response()->add_service()->set_name(name);
      return;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      break;
  }
  SetError(absl::StatusCode::kInvalidArgument,
           "the request asks for nothing; set one of message_request", response);
}

std::string Answer(const std::set<std::string>& services, absl::string_view bytes) {
  ServerReflectionRequest request;
  ServerReflectionResponse response;
  if (request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    Fill(services, request, &response);
  } else {
    SetError(absl::StatusCode::kInvalidArgument, "the bytes are not a ServerReflectionRequest",
             &response);
  }
  return response.SerializeAsString();
}

}  // namespace

std::set<std::string> ServicesOf(const MethodTable& table) {
  std::set<std::string> services;
  for (const Method* method : table.methods())
    services.insert(method->descriptor->service()->full_name());
  return services;
}

Exchanges NewReflection(std::set<std::string> services) {
  // Taken from the descriptors, which also makes sure that both are linked: clients ask for them.
  const std::string v1 = ServerReflectionRequest::descriptor()->file()->service(0)->full_name();
  const std::string v1alpha = grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()
                                  ->file()
                                  ->service(0)
                                  ->full_name();
  services.insert(v1);
  services.insert(v1alpha);
  const auto answer = [services](absl::string_view request) { return Answer(services, request); };
  return {{absl::StrCat("/", v1, "/ServerReflectionInfo"), answer},
          {absl::StrCat("/", v1alpha, "/ServerReflectionInfo"), answer}};
}

}  // namespace plumbline::rpc
