// SPDX-License-Identifier: Apache-2.0
#include "common/config/composed.h"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"

namespace plumbline::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;

constexpr char kPackage[] = "plumbline.composed";
// Of the first section; below the numbers that protobuf keeps for itself (from 19,000).
constexpr int kFirstNumber = 18'000;

// The files whose types the fields of `message` may have: its own and what that imports.
void AddFiles(const Descriptor& message, std::set<std::string>* files) {
  files->insert(message.file()->name());
  for (int i = 0; i < message.file()->dependency_count(); ++i)
    files->insert(message.file()->dependency(i)->name());
}

const Descriptor* Compose(const Descriptor& config, const std::vector<Section>& sections,
                          DescriptorPool* pool) {
  FileDescriptorProto file;
  file.set_name("plumbline/composed.proto");
  file.set_package(kPackage);
  file.set_syntax("proto3");
  std::set<std::string> files;
  AddFiles(config, &files);
  DescriptorProto& whole = *file.add_message_type();
  config.CopyTo(&whole);
  int number = kFirstNumber;
  for (const Section& section : sections) {
    const Descriptor& type = *section.message->GetDescriptor();
    AddFiles(type, &files);
    FieldDescriptorProto& field = *whole.add_field();
    field.set_name(section.name);
    field.set_number(number++);
    field.set_label(FieldDescriptorProto::LABEL_OPTIONAL);
    field.set_type(FieldDescriptorProto::TYPE_MESSAGE);
    field.set_type_name(absl::StrCat(".", type.full_name()));
  }
  for (const std::string& name : files) file.add_dependency(name);
  const FileDescriptor* const built = pool->BuildFile(file);
  return built == nullptr ? nullptr : built->message_type(0);
}

}  // namespace

Composed::Composed(Message* config, const std::vector<Section>& sections)
    : config_(config),
      sections_(sections),
      pool_(DescriptorPool::generated_pool()),
      factory_(&pool_) {
  // Messages within it are then of their generated types.
  factory_.SetDelegateToGeneratedFactory(true);
  const Descriptor* const type = Compose(*config->GetDescriptor(), sections, &pool_);
  if (type == nullptr) {
    std::fputs("a section of the configuration has the name of another field\n", stderr);
    std::abort();
  }
  whole_.reset(factory_.GetPrototype(type)->New());
}

void Composed::TakeApart() const {
  const Descriptor& type = *whole_->GetDescriptor();
  for (const Section& section : sections_) {
    const auto* field = type.FindFieldByName(section.name);
    section.message->CopyFrom(whole_->GetReflection()->GetMessage(*whole_, field));
  }
  config_->ParseFromString(whole_->SerializeAsString());
  config_->GetReflection()->MutableUnknownFields(config_)->Clear();  // the sections
}

}  // namespace plumbline::config
