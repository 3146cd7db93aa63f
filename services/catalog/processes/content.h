// SPDX-License-Identifier: Apache-2.0
//
// The content of a process: the fields that people write (title, purpose, owner, target, labels,
// attributes, root), as opposed to those that the catalog fills in.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONTENT_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONTENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::catalog {

// Names of the fields of the content, in the order of the proto.
absl::Span<const absl::string_view> ContentFields();

// Copies `fields` of the content from one process to another; absent ones are cleared there.
void CopyContent(const v1::Process& from, absl::Span<const std::string> fields, v1::Process* to);
void CopyContent(const v1::Process& from, v1::Process* to);

bool SameContent(const v1::Process& a, const v1::Process& b);
// The fields of the content that differ, in the order of the proto.
std::vector<std::string> ChangedFields(const v1::Process& a, const v1::Process& b);

// OK, PROCESS_INVALID if only the tree is at fault, else FIELD_INVALID; both list every violation.
// `path` is the field of the request that holds the process.
absl::Status CheckContent(const v1::Process& process, absl::string_view path);

// Bytes that differ when the content does, and only then. O(size).
std::string ContentBytes(const v1::Process& process);

// The hash of these bytes. O(size).
std::string ContentHash(const v1::Process& process);

// The etag of a draft: another for every version of it.
std::string EtagOf(absl::string_view name, int64_t version, absl::string_view content_hash);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_CONTENT_H_
