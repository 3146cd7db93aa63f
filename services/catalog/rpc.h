// SPDX-License-Identifier: Apache-2.0
//
// CatalogService and CatalogPolicyService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_H_

#include "common/rpc/method_table.h"
#include "services/catalog/reader.h"
#include "services/catalog/writer.h"

namespace plumbline::catalog {

// Adds the methods of CatalogService. `reader` and `writer` must outlive the table.
void RegisterCatalogService(Reader& reader, Writer& writer, rpc::MethodTable* table);
// Those about the life of processes, which are a part of it.
void RegisterLifeMethods(Reader& reader, Writer& writer, rpc::MethodTable* table);

// Adds the methods of CatalogPolicyService.
void RegisterPolicyService(Reader& reader, Writer& writer, rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_H_
