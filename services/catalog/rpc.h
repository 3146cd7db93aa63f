// SPDX-License-Identifier: Apache-2.0
//
// CatalogService and StepService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_H_

#include "common/rpc/method_table.h"
#include "services/catalog/reader.h"
#include "services/catalog/step_library.h"
#include "services/catalog/store.h"
#include "services/catalog/writer.h"

namespace plumbline::catalog {

// Adds the methods of CatalogService, but for those below. `reader` and `writer` must outlive the
// table.
void RegisterCatalogService(Reader& reader, Writer& writer, rpc::MethodTable* table);

// Adds the methods of StepService. `library` must outlive the table.
void RegisterSteps(StepLibrary& library, rpc::MethodTable* table);

// Those of CatalogService that compare. `store` must outlive the table.
void RegisterComparison(Store& store, rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_H_
