/** A condition of a binding, as a policy holds it (google.type.Expr). */
export interface Condition {
  readonly title?: string;
  readonly description?: string;
  /** A CEL expression that gives a bool. */
  readonly expression: string;
  readonly location?: string;
}

/** A tag that a resource has, attached or inherited. */
export interface ResourceTag {
  /** `tagKeys/123` */
  readonly keyId: string;
  /** The key's namespaced name: `123456789012/env`, `my-project/env`. */
  readonly key: string;
  /** `tagValues/456` */
  readonly valueId: string;
  /** The value's short name: `prod`. */
  readonly value: string;
}

/** What a call says of itself, by name: `iam.googleapis.com/modifiedGrantsByRole`, `storage.googleapis.com/objectListPrefix`. */
export type ApiAttributes = Readonly<Record<string, readonly string[] | string>>;

/** What an expression may ask about a request. An absent attribute is undefined: asking for it is an error. */
export interface ConditionContext {
  readonly resource: {
    /** `storage.googleapis.com` */
    readonly service?: string;
    /** `storage.googleapis.com/Object` */
    readonly type?: string;
    /** Relative, without a leading slash; projects and the resources of IAM have none (IAM notes 1.4). */
    readonly name?: string;
  };
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly tags: readonly ResourceTag[];
  readonly apiAttributes: ApiAttributes;
}

/** Why an expression gave neither true nor false. It never grants. */
export interface ConditionError {
  readonly error: string;
}

export type ConditionOutcome = true | false | ConditionError;

/** An expression that is ready to be evaluated. */
export interface CompiledCondition {
  readonly expression: string;
  /**
   * What it takes to read and to evaluate it, in characters of ordinary expressions, at least its length. It is read when
   * its cost or its outcome is first asked for.
   */
  readonly cost: number;
  /** Never throws. An expression that does not compile gives its error every time. */
  evaluate(context: ConditionContext): ConditionOutcome;
}

/** Takes an expression, which it reads when it is first needed; what it made is kept, up to a bound. Never throws. */
export type CompileCondition = (expression: string) => CompiledCondition;

/** What `load.ts` gives when conditions are first needed. */
export interface ConditionCompiler {
  readonly compileCondition: CompileCondition;
}
