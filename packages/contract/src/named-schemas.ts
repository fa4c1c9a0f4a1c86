import type { z } from 'zod'
import {
  addOnDefinition,
  allowanceDefinition,
  allowanceDetails,
  bundleDefinition,
  catalogDefinition,
  featureDefinition,
  planDefinition,
} from './catalog.ts'
import { dunningStepDefinition, policiesDefinition, rolloverDefinition } from './catalog-policies.ts'
import {
  priceComponentDefinition,
  priceDefinition,
  priceModelDefinition,
  priceTierDefinition,
} from './catalog-prices.ts'
import { couponDefinition, operatorDefinition, taxRateDefinition } from './catalog-settings.ts'
import { instant } from './primitives.ts'

/** What is sent as a part of several calls, by the name that the reference and the client's types give it. */
export const namedSchemas: Readonly<Record<string, z.ZodType>> = {
  AddOnDefinition: addOnDefinition,
  AllowanceDefinition: allowanceDefinition,
  AllowanceDetails: allowanceDetails,
  BundleDefinition: bundleDefinition,
  CatalogDefinition: catalogDefinition,
  CouponDefinition: couponDefinition,
  DunningStepDefinition: dunningStepDefinition,
  FeatureDefinition: featureDefinition,
  Instant: instant,
  OperatorDefinition: operatorDefinition,
  PlanDefinition: planDefinition,
  PoliciesDefinition: policiesDefinition,
  PriceComponentDefinition: priceComponentDefinition,
  PriceDefinition: priceDefinition,
  PriceModelDefinition: priceModelDefinition,
  PriceTierDefinition: priceTierDefinition,
  RolloverDefinition: rolloverDefinition,
  TaxRateDefinition: taxRateDefinition,
}
