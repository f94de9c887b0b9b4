/** Names that lastwill's functions have for their own variables, parameters and aliases. */
const OURS =
  `adopted added aim back bottom claimed cut cut_keys cut_owners decided doc document documents done due edge
  edge_name ended ending entries entry error_message error_state expired from_place given gone key keys last_key left_early
  link locked max_owners max_rows n_ended n_rows named named_keys naming new_key noted old_key orphans owned owned_key owner
  owner_key owner_keys owners page page_end parent pause places pointer pointers released run same seconds standing
  started still_named taken_back tie tied tied_keys tied_owners value waiting went_on window_no window_pages`.split(
    /\s+/,
  );

/** Columns of the matrix that are called by such a name too, where a table is crowded. */
const CALLED: Readonly<Record<string, string>> = {
  parent_key: "owners",
  parent_type: "decided",
  second_key: "old_key",
  sid: "keys",
  number: "owner_key",
  id: "entry",
  row_no: "gone",
  row_id: "pointer",
  row_ids: "pointers",
  sess: "documents",
  expires_at: "expired",
  kept: "done",
  deleted: "ended",
  deleted_at: "due",
  path: "link",
  user_no: "value",
};

const WORDS = new RegExp(`\\b(?:${Object.keys(CALLED).join("|")})\\b`, "g");

/** SQL or a manifest in which every column has a name that one of lastwill's variables has. */
export function crowded(text: string): string {
  return text.replaceAll(WORDS, (word) => CALLED[word] ?? word);
}

/** Columns with all the other such names, for every table. */
export const CROWD: string = OURS.filter((name) => !Object.values(CALLED).includes(name))
  .map((name) => `"${name}" text,`)
  .join(" ");
