import { DataTypes, Op, Sequelize } from "sequelize";

/** Hooks that delete what a row owns before it goes, and the draft after. */
export async function sequelizeHooks({ where: { host, user, database } }) {
  const sequelize = new Sequelize(database, user, "", {
    host,
    dialect: "postgres",
    logging: false,
    pool: { max: 1 },
  });
  await sequelize.authenticate();
  const Session = models(sequelize);
  return {
    endExpired: async () => {
      const expired = await Session.findAll({ where: { expire: { [Op.lt]: new Date() } } });
      for (const session of expired) {
        await sequelize.transaction((transaction) => session.destroy({ transaction }));
      }
    },
    close: () => sequelize.close(),
  };
}

function models(sequelize) {
  const model = (table, key, columns) =>
    sequelize.define(
      table,
      { [key.name]: { type: key.type, primaryKey: true }, ...columns },
      { freezeTableName: true, timestamps: false },
    );
  const id = { name: "id", type: DataTypes.BIGINT };
  const Session = model(
    "session",
    { name: "sid", type: DataTypes.STRING },
    { sess: DataTypes.JSON, expire: DataTypes.DATE },
  );
  const Cart = model("carts", id, { session_sid: DataTypes.STRING });
  const Item = model("cart_items", id, { cart_id: DataTypes.BIGINT, product: DataTypes.TEXT });
  const Upload = model("uploads", id, { session_sid: DataTypes.STRING, path: DataTypes.TEXT });
  const Draft = model("drafts", id, { body: DataTypes.TEXT });
  const destroy = (owned, where, { transaction }) =>
    owned.destroy({ where, transaction, individualHooks: true });

  Cart.beforeDestroy((cart, options) => destroy(Item, { cart_id: cart.id }, options));
  Session.beforeDestroy(async ({ sid }, options) => {
    await destroy(Cart, { session_sid: sid }, options);
    await destroy(Upload, { session_sid: sid }, options);
  });
  Session.afterDestroy(({ sess }, options) => destroy(Draft, { id: sess.draftId }, options));
  return Session;
}
