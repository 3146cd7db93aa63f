// SPDX-License-Identifier: Apache-2.0
//
// CatalogService, CatalogPolicyService, ResourceHistoryService, StepService and UtilityService:
// requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/catalog/composition/composition.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/processes/reader.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/processes/writer.h"
#include "services/catalog/search/store.h"
#include "services/catalog/steps/library.h"
#include "services/catalog/utilities/utilities.h"

namespace plumbline::catalog {

// Adds the methods of CatalogService, but for those below. `reader` and `writer` must outlive the
// table.
void RegisterCatalogService(Reader& reader, Writer& writer, rpc::MethodTable* table);
// Those about the life of processes, which are a part of it.
void RegisterLifeMethods(Reader& reader, Writer& writer, rpc::MethodTable* table);

// BatchUpdateProcesses, which is one, too.
void RegisterBatchUpdate(Writer& writer, rpc::MethodTable* table);

// Adds the methods of StepService. `library` must outlive the table.
void RegisterSteps(StepLibrary& library, rpc::MethodTable* table);

// Adds the method of ResourceHistoryService. `store` must outlive the table.
void RegisterResourceHistory(ResourceHistoryStore& store, rpc::MethodTable* table);

// Adds the methods of CatalogPolicyService.
void RegisterPolicyService(Reader& reader, Writer& writer, rpc::MethodTable* table);

// Those of them that compare. `store` and `clock` must outlive the table.
void RegisterComparison(Store& store, const base::Clock& clock, rpc::MethodTable* table);
// Adds SearchProcesses. `store` must outlive the table.
void RegisterSearch(SearchStore& store, rpc::MethodTable* table);

// Adds ListCallers and ListDependencies of CatalogService, and AnalyzeImpact of UtilityService.
// `composition` must outlive the table.
void RegisterComposition(Composition& composition, rpc::MethodTable* table);

// Adds the other methods of UtilityService. `utilities` must outlive the table.
void RegisterUtilities(Utilities& utilities, rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_H_
