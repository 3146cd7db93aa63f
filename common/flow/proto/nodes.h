// SPDX-License-Identifier: Apache-2.0
//
// Walks over the nodes of a tree as it stands in a message. Its depth has been checked (by
// FromProto), or is bounded by the parser that read it.
#ifndef PLUMBLINE_COMMON_FLOW_PROTO_NODES_H_
#define PLUMBLINE_COMMON_FLOW_PROTO_NODES_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::flow {

// `visit` gets every node, parents before children, in the order of the tree. O(nodes).
void ForEachNode(const catalog::v1::Node& root,
                 absl::FunctionRef<void(const catalog::v1::Node& node)> visit);

// The same, with the path of each node: `path` for the root itself, and below it
// "root.sequence.nodes[2]", "root.loop.body". O(nodes * depth).
void ForEachNode(
    const catalog::v1::Node& root, absl::string_view path,
    absl::FunctionRef<void(const catalog::v1::Node& node, const std::string& path)> visit);

// The same of nodes that may be changed, until `visit` returns an error, which is returned.
// Children are looked for when their parent has been visited.
absl::Status ForEachNode(catalog::v1::Node* root,
                         absl::FunctionRef<absl::Status(catalog::v1::Node& node)> visit);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROTO_NODES_H_
